import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TrailRecord } from './record.ts'

export type TrailEntry = {
  readonly accountId: string
  readonly region: string
  /** Order of recording; breaks ties within a second. */
  readonly sequence: number
  readonly at: number
  /** CloudTrail delivers minutes after the call; until then nobody finds it. */
  visibleAt: number
  readonly record: TrailRecord
}

/** Every event that was recorded, append-only: in memory, and as NDJSON where there is a folder. */
export type TrailStore = {
  append(entry: Omit<TrailEntry, 'sequence'>): void
  /** Oldest first. */
  entries(accountId: string, region: string): readonly TrailEntry[]
  all(): readonly TrailEntry[]
  /** What was recorded so far becomes visible at once. */
  flush(now: number): void
  clear(): void
}

export function createTrailStore(dataDir: string | undefined): TrailStore {
  const file = dataDir === undefined ? undefined : join(dataDir, 'cloudtrail.ndjson')
  let entries: TrailEntry[] = []
  let byPlace = new Map<string, TrailEntry[]>()
  const keep = (entry: TrailEntry) => {
    entries.push(entry)
    const place = `${entry.accountId}/${entry.region}`
    const list = byPlace.get(place)
    if (list) list.push(entry)
    else byPlace.set(place, [entry])
  }
  for (const entry of file === undefined ? [] : readEntries(file)) keep(entry)
  return {
    append(fields) {
      const entry = { ...fields, sequence: entries.length }
      keep(entry)
      if (file !== undefined) appendFileSync(file, `${JSON.stringify(entry)}\n`)
    },
    entries: (accountId, region) => byPlace.get(`${accountId}/${region}`) ?? [],
    all: () => entries,
    flush(now) {
      for (const entry of entries) entry.visibleAt = Math.min(entry.visibleAt, now)
    },
    clear() {
      entries = []
      byPlace = new Map()
      if (file !== undefined) rmSync(file, { force: true })
    },
  }
}

/** A line that a crash cut off at the end of the file is no event. */
function readEntries(file: string): TrailEntry[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as TrailEntry]
      } catch {
        return []
      }
    })
}
