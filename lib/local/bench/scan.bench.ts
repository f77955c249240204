import { execFile, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { atLeast, atMost, type BenchCase, informs } from './bench-case.ts'

const bytes = 1_000_000_000
const run = promisify(execFile)
type Pass = { ms: number; records: number; maxMemoryMb: number }
const pairs = 5
/** As `npm run trail:scan` has them; both sides of a pair live within the same memory. */
const settings = ['--max-semi-space-size=8', '--heap-growing-percent=40']
const perSecond = ({ records, ms }: Pass): number => (records / ms) * 1_000

/** What keeps a process, its collector of garbage included, to one core; nothing where the system has no such command. */
const oneCore = (): string[] => (spawnSync('taskset', ['-c', '0', 'true']).status === 0 ? ['taskset', '-c', '0'] : [])

/**
 * The scan of real CloudTrail records, made a gigabyte with event ids of their own, by our rules and the 57 of SigmaHQ,
 * beside reading, unpacking and parsing the same files and nothing else. Nothing where the data is not there.
 */
export async function benchScan(dataFolder: string | undefined, say: (text: string) => void): Promise<BenchCase[]> {
  if (dataFolder === undefined) {
    say('No scan: the real CloudTrail data is not there (LATCHKEY_TRAIL_DATA)')
    return []
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'latchkey-scan-'))
  try {
    say('Scanning a gigabyte of CloudTrail')
    await multiply(path.join(dataFolder, 'invictus/CloudTrail'), folder)
    const pass = async (kind: string, cores = 1): Promise<Pass> => {
      const [command, ...args] = [...(cores === 1 ? oneCore() : []), process.execPath, ...settings, 'lib/local/bench/scan-pass.ts', kind, folder, path.join(dataFolder, 'sigma/rules'), String(cores)]
      return JSON.parse((await run(command, args)).stdout) as Pass
    }
    const all = await pass('scan', availableParallelism())
    const found: { ceiling: Pass; scan: Pass }[] = []
    for (let pair = 0; pair < pairs; pair += 1) found.push({ ceiling: await pass('ceiling'), scan: await pass('scan') })
    const wrong = [all, ...found.map(({ scan }) => scan)].find(({ records }) => records !== found[0]?.ceiling.records)
    if (wrong) throw new Error(`${found[0]?.ceiling.records} records, ${wrong.records} scanned.`)
    // In turn, and the pair in the middle: the machine's speed changes in between.
    const { ceiling, scan } = found.toSorted((one, other) => one.ceiling.ms / one.scan.ms - other.ceiling.ms / other.scan.ms)[Math.floor(pairs / 2)] as { ceiling: Pass; scan: Pass }
    return [
      atLeast('CloudTrail scan by all rules on one core, of parsing alone', 'events/s', perSecond(scan), 0.6 * perSecond(ceiling), scan.records * pairs, perSecond(ceiling)),
      atMost('CloudTrail scan on one core, most memory', 'MB', Math.max(...found.map(({ scan }) => scan.maxMemoryMb)), 300, pairs),
      informs(`CloudTrail scan on ${availableParallelism()} cores`, 'events/s', perSecond(all), all.records, perSecond(ceiling)),
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function multiply(source: string, target: string): Promise<void> {
  const records = readdirSync(source).flatMap((name) => (JSON.parse(readFileSync(path.join(source, name), 'utf8')) as { Records: object[] }).Records)
  for (let written = 0, file = 0; written < bytes; file += 1) {
    const text = JSON.stringify({ Records: records.map((record) => ({ ...record, eventID: randomUUID() })) })
    await writeFile(path.join(target, `${String(file).padStart(5, '0')}.json.gz`), gzipSync(text, { level: 1 }))
    written += text.length
  }
}
