/**
 * `npm run --silent trail:scan -- [--rules DIR]… [--no-builtin] [--json] PATH…`: judges files of CloudTrail records by
 * Sigma rules, without a database. Hits go to standard output, a line each; everything else to standard error, the
 * summary as JSON with `--json`. Exits 0 without hits, 1 with hits, 2 when it cannot do what it was asked.
 */
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { builtinRules } from '../builtin-rules.ts'
import { scanFiles, type ScanResult } from '../scan/scan-files.ts'
import { findFiles } from './find-files.ts'

const usage = 'Usage: npm run --silent trail:scan -- [--rules DIR]… [--no-builtin] [--json] PATH…'

const linesAtOnce = 200
/** More cannot be read by anybody. */
const toldAtMost = 20

const problem = await run(process.argv.slice(2))
if (problem) {
  process.stderr.write(`${problem}\n`)
  process.exitCode = 2
}

async function run(argv: string[]): Promise<string | undefined> {
  const args = parse(argv)
  if (typeof args === 'string') return args
  const given = findFiles(args.rules, (name) => /\.ya?ml$/.test(name))
  if (given.missing.length > 0) return `There is no ${given.missing.join(', ')}.`
  if (args.rules.length > 0 && given.files.length === 0) return `There is no rule (*.yml) in ${args.rules.join(', ')}.`
  const rules = [...(args.builtin ? builtinRules(path.join(import.meta.dirname, '../../..')) : []), ...given.files.map((file) => ({ path: file, text: readFileSync(file, 'utf8') }))]
  if (rules.length === 0) return `Without built-in rules, --rules has to say where others are.\n${usage}`
  const logs = findFiles(args.paths, (name) => !name.startsWith('.'))
  if (logs.missing.length > 0) return `There is no ${logs.missing.join(', ')}.`
  const result = await scanFiles(logs.files, rules, { cores: availableParallelism() })
  await pipeline(Readable.from(printed(result.hits), { objectMode: false }), process.stdout, { end: false })
  process.stderr.write(tell(result, args.json))
  process.exitCode = result.summary.hits > 0 ? 1 : 0
  return undefined
}

/** In pieces of some kilobytes, as fast as whoever reads them takes them. */
function* printed(hits: ScanResult['hits']): Generator<Buffer> {
  let lines: string[] = []
  for (const hit of hits) {
    lines.push(JSON.stringify(hit))
    if (lines.length < linesAtOnce) continue
    yield Buffer.from(`${lines.join('\n')}\n`)
    lines = []
  }
  if (lines.length > 0) yield Buffer.from(`${lines.join('\n')}\n`)
}

function parse(argv: string[]): { rules: string[]; builtin: boolean; json: boolean; paths: string[] } | string {
  try {
    const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options: { rules: { type: 'string', multiple: true, default: [] }, 'no-builtin': { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } })
    if (positionals.length === 0) return `Say which files or folders to read.\n${usage}`
    return { rules: values.rules, builtin: !values['no-builtin'], json: values.json, paths: positionals }
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n${usage}`
  }
}

function tell({ summary, unreadable, refusals }: ScanResult, asJson: boolean): string {
  if (asJson) return `${JSON.stringify({ ...summary, refusedRules: refusals, unreadableRecords: unreadable })}\n`
  const lines = (all: readonly string[]): string[] => [...all.slice(0, toldAtMost), ...(all.length > toldAtMost ? [`… and ${all.length - toldAtMost} more`] : [])]
  const count = (value: number): string => value.toLocaleString('en')
  return [
    ...lines(refusals.map(({ path, rule, problem: why }) => `Rule not used: ${rule} (${path}): ${why}`)),
    ...lines(unreadable.map(({ file, position, reason }) => `Not read: ${file}, ${position}: ${reason}`)),
    `${count(summary.events)} events, ${count(summary.duplicates)} duplicates, ${count(summary.unreadable)} unreadable, ${count(summary.hits)} hits, ${count(summary.eventsPerSecond)} events/s`,
    '',
  ].join('\n')
}
