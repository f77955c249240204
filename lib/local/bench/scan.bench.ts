import { execFile } from 'node:child_process'
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
    const pass = async (kind: string, cores = 1): Promise<Pass> => JSON.parse((await run(process.execPath, ['--max-semi-space-size=8', '--heap-growing-percent=40', 'lib/local/bench/scan-pass.ts', kind, folder, path.join(dataFolder, 'sigma/rules'), String(cores)])).stdout) as Pass
    const [ceiling, scan, all] = [await pass('ceiling'), await pass('scan'), await pass('scan', availableParallelism())]
    if (scan.records !== ceiling.records || all.records !== ceiling.records) throw new Error(`${ceiling.records} records, ${scan.records} scanned.`)
    const perSecond = ({ records, ms }: Pass): number => (records / ms) * 1_000
    return [
      atLeast('CloudTrail scan by all rules, of parsing alone', 'events/s', perSecond(scan), 0.6 * perSecond(ceiling), scan.records, perSecond(ceiling)),
      atMost('CloudTrail scan, most memory', 'MB', scan.maxMemoryMb, 300, 1),
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
