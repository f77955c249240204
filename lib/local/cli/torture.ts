/**
 * `npm run torture [-- --count N --seed S --only DOOR]`: what takes too long for `npm test`. Ends with 1 on any fault,
 * after printing what repeats it.
 */
import { parseArgs } from 'node:util'
import { tortureDoors } from '../torture/doors.torture.ts'

const { values } = parseArgs({ options: { count: { type: 'string', default: '100000' }, seed: { type: 'string', default: String(Date.now() % 1_000_000_000) }, only: { type: 'string', multiple: true, default: [] } } })
const stopping = new AbortController()
// In order: a database that nobody stops would run on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort())
const holds = await tortureDoors({ count: Number(values.count), seed: Number(values.seed), doors: values.only, signal: stopping.signal }, (text) => console.log(`  ${text}`))
process.exit(holds && !stopping.signal.aborted ? 0 : 1)
