import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { startLocalAws } from './server/start.ts'
import type { LocalOrganisation } from './seed.ts'

const { values } = parseArgs({
  options: { port: { type: 'string' }, data: { type: 'string' }, seed: { type: 'string' }, 'cloudtrail-delay': { type: 'string' } },
})
if (values.seed === undefined) throw new Error('usage: node lib/local/aws/main.ts --seed FILE [--port N] [--data DIR] [--cloudtrail-delay MS]')

const aws = await startLocalAws({
  seed: JSON.parse(readFileSync(values.seed, 'utf8')) as LocalOrganisation,
  port: Number(values.port ?? 0),
  dataDir: values.data,
  cloudTrailDelayMs: Number(values['cloudtrail-delay'] ?? 0),
})
console.log(JSON.stringify({ ready: true, url: aws.url }))

const stop = () => {
  void aws.close().then(() => process.exit(0))
}
process.once('SIGTERM', stop)
process.once('SIGINT', stop)
