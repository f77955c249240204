/**
 * One pass over a folder of log files, in a process of its own so that its memory is its own: `ceiling` reads, unpacks and
 * parses, and does nothing more; `scan` judges by rules on so many cores. Prints milliseconds, records and the most memory.
 */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { builtinRules } from '#lib/detection/builtin-rules.ts'
import { scanFiles } from '#lib/detection/scan/scan-files.ts'
import { findFiles } from '#lib/detection/cli/find-files.ts'

const [kind = '', folder = '', rulesFolder = '', cores = '1'] = process.argv.slice(2)
const files = readdirSync(folder).toSorted().map((name) => path.join(folder, name))
const begun = performance.now()
const records = kind === 'ceiling' ? ceiling() : await scan()
console.log(JSON.stringify({ ms: performance.now() - begun, records, maxMemoryMb: process.resourceUsage().maxRSS / 1_024 }))

function ceiling(): number {
  return files.reduce((sum, file) => sum + (JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as { Records: unknown[] }).Records.length, 0)
}

async function scan(): Promise<number> {
  const rules = [...builtinRules(), ...findFiles([rulesFolder], (name) => name.endsWith('.yml')).files.map((file) => ({ path: file, text: readFileSync(file, 'utf8') }))]
  const { summary, hits } = await scanFiles(files, rules, { cores: Number(cores) })
  // To the last hit as it would be printed, so that none is left unmade.
  for (const hit of hits) JSON.stringify(hit)
  return summary.events
}
