import { createReadStream, readFileSync } from 'node:fs'
import { createPublicKey } from 'node:crypto'
import { verifyFile } from '#lib/record/verify/verify-file.ts'
const key = createPublicKey(readFileSync('/tmp/zz-key.pem'))
const checkpoints = JSON.parse(readFileSync('/tmp/zz-checkpoints.json', 'utf8'))
for (let i = 0; i < 3; i++) {
  const t = performance.now(), c = process.cpuUsage()
  const v = await verifyFile(createReadStream('/tmp/zz-record.txt', { highWaterMark: 1 << 18 }), { checkpoints, successions: [], unreadable: 0 }, [key])
  const ms = performance.now() - t, u = process.cpuUsage(c)
  console.log(v.whole, Math.round(1e9 / ms), 'entries/s', 'cpu s', (u.user / 1e6).toFixed(1), (u.system / 1e6).toFixed(1))
}
