/**
 * `npm run torture [-- --part doors|kills|races --count N --seed S --only DOOR]`: what takes too long for `npm test`.
 * Without a part all of them: 100,000 mutated requests, 200 workers killed, 10,000 raced decisions. Ends with 1 on any
 * fault, after printing what repeats it.
 */
import { parseArgs } from 'node:util'
import { tortureDoors } from '../torture/doors.torture.ts'
import { tortureByKills, tortureByRaces } from '../torture/kills/kills.torture.ts'

const counts = { doors: 100_000, kills: 200, races: 10_000 }
type Part = keyof typeof counts

const { values } = parseArgs({ options: { part: { type: 'string' }, count: { type: 'string' }, seed: { type: 'string', default: String(Date.now() % 1_000_000_000) }, only: { type: 'string', multiple: true, default: [] } } })
const seed = Number(values.seed)
const say = (text: string): void => console.log(`  ${text}`)
const stopping = new AbortController()
// In order: a database that nobody stops would run on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort())
const parts = (Object.keys(counts) as Part[]).filter((part) => part === (values.part ?? (values.only.length > 0 ? 'doors' : part)))
if (parts.length === 0) throw new Error(`--part is one of ${Object.keys(counts).join(', ')}.`)

let holds = true
for (const part of parts) if (!stopping.signal.aborted) holds = (await run(part, Number(values.count ?? counts[part]))) && holds
process.exit(holds && !stopping.signal.aborted ? 0 : 1)

async function run(part: Part, count: number): Promise<boolean> {
  if (part === 'doors') return tortureDoors({ count, seed, doors: values.only, signal: stopping.signal }, say)
  const begun = performance.now()
  const { faults, ...report } = part === 'kills' ? await tortureByKills({ rounds: count, seed, say, signal: stopping.signal }) : await tortureByRaces({ count, seed, signal: stopping.signal })
  for (const fault of faults) say(`FAULT ${fault}\n    npm run torture -- --part ${part} --seed ${seed} --count ${count}`)
  say(`${part}: ${Object.entries(report).map(([what, number]) => `${number.toLocaleString('en')} ${what}`).join(', ')}, ${faults.length} faults, ${((performance.now() - begun) / 1_000).toFixed(0)} s`)
  return faults.length === 0
}
