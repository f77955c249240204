import { readLogFile } from '#lib/trail/files/read-log-file.ts'
import { plainTimeMs, readTrailTime } from '#lib/trail/parse-event.ts'
import type { RuleSet } from '../sigma/rule-set.ts'
import { type ContributionColumns, ContributionLog } from './contribution-log.ts'
import { HitLog, type Hits } from './hit-log.ts'
import { EventIds, type IdList } from './event-ids.ts'

/** `file` is a position in the list of files. */
export type Unreadable = { file: number; position: string; reason: string }
/** Plain data, so that another thread can answer with it. */
export type Judged = {
  hits: Hits
  contributions: ContributionColumns
  /** Records read, those seen before among them. */
  records: number
  unreadable: Unreadable[]
  unreadableCount: number
  ids: IdList
}
export type FileToJudge = { path: string; index: number }

/** More are counted and not told one by one. */
const toldAtMost = 1_000

/** Judges every event of the files once, in their order, whatever shape they have. */
export async function judgeFiles(files: readonly FileToJudge[], rules: RuleSet): Promise<Judged> {
  const places = new Map(rules.rules.map(({ id }, place) => [id, place]))
  const logs: Logs = { hits: new HitLog(), contributions: new ContributionLog(), ids: new EventIds(), placeOf: (ruleId) => places.get(ruleId) ?? 0 }
  let records = 0
  let unreadableCount = 0
  const unreadable: Unreadable[] = []
  for (const { path, index } of files) {
    let record = 0
    const tell = (position: string, reason: string): void => {
      unreadableCount += 1
      if (unreadable.length < toldAtMost) unreadable.push({ file: index, position, reason })
    }
    await readLogFile(path, {
      unreadable: tell,
      record: (event) => {
        record += 1
        const reason = judgeOne(event as Record<string, unknown>, index, rules, logs)
        if (reason === undefined) records += 1
        else tell(`record ${record}`, reason)
      },
    })
  }
  return { hits: logs.hits.data, contributions: logs.contributions.data, records, unreadable, unreadableCount, ids: logs.ids.list }
}

type Logs = { hits: HitLog; contributions: ContributionLog; ids: EventIds; placeOf: (ruleId: string) => number }

function judgeOne(event: Record<string, unknown>, file: number, rules: RuleSet, { hits, contributions, ids, placeOf }: Logs): string | undefined {
  const { eventID, eventTime } = event
  if (typeof eventID !== 'string' || eventID === '') return 'It has no eventID.'
  if (typeof eventTime !== 'string') return 'It has no readable eventTime.'
  const plainMs = plainTimeMs(eventTime)
  const atMs = plainMs ?? readTrailTime(eventTime)?.getTime()
  if (atMs === undefined) return 'It has no readable eventTime.'
  const place = ids.add(eventID)
  if (place < 0) return undefined
  const judgement = rules.judge(event, eventID, atMs)
  for (const { id } of judgement.hits) hits.push({ rule: placeOf(id), event: place, atMs, file, oddTime: plainMs === undefined ? eventTime : undefined })
  for (const one of judgement.contributed) contributions.push(one, place, file)
  return undefined
}
