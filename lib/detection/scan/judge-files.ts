import { readLogFile } from '#lib/trail/files/read-log-file.ts'
import { readTrailTime } from '#lib/trail/parse-event.ts'
import type { Contributed, RuleSet } from '../sigma/rule-set.ts'
import { SeenEvents } from './seen-events.ts'

/** A rule that fired on one event; `file` is a position in the list of files. */
export type EventHit = { ruleId: string; eventId: string; eventTime: string; atMs: number; file: number }
export type Unreadable = { file: number; position: string; reason: string }
export type Judged = {
  hits: EventHit[]
  contributed: { file: number; contributed: Contributed }[]
  /** Records read, those seen before among them. */
  records: number
  unreadable: Unreadable[]
  unreadableCount: number
  seen: SeenEvents
}
export type FileToJudge = { path: string; index: number }

/** More are counted and not told one by one. */
const toldAtMost = 1_000

/** Judges every event of the files once, in their order, whatever shape they have. */
export async function judgeFiles(files: readonly FileToJudge[], rules: RuleSet): Promise<Judged> {
  const judged: Judged = { hits: [], contributed: [], records: 0, unreadable: [], unreadableCount: 0, seen: new SeenEvents() }
  for (const { path, index } of files) {
    let record = 0
    const unreadable = (position: string, reason: string): void => {
      judged.unreadableCount += 1
      if (judged.unreadable.length < toldAtMost) judged.unreadable.push({ file: index, position, reason })
    }
    await readLogFile(path, {
      unreadable,
      record: (event) => {
        record += 1
        const reason = judgeOne(event as Record<string, unknown>, index, rules, judged)
        if (reason) unreadable(`record ${record}`, reason)
      },
    })
  }
  return judged
}

function judgeOne(event: Record<string, unknown>, file: number, rules: RuleSet, judged: Judged): string | undefined {
  const { eventID, eventTime } = event
  if (typeof eventID !== 'string' || eventID === '') return 'It has no eventID.'
  if (typeof eventTime !== 'string' || !(isPlainTime(eventTime) || readTrailTime(eventTime))) return 'It has no readable eventTime.'
  judged.records += 1
  if (!judged.seen.add(eventID)) return undefined
  const atMs = (): number => readTrailTime(eventTime)?.getTime() ?? 0
  const { hits, contributed } = rules.judge(event, eventID, atMs)
  for (const { id } of hits) judged.hits.push({ ruleId: id, eventId: eventID, eventTime, atMs: atMs(), file })
  for (const one of contributed) judged.contributed.push({ file, contributed: one })
  return undefined
}

/** Whether a text has the shape that CloudTrail writes, `2023-07-10T12:29:43Z`; reading it is left for those that matter. */
const isPlainTime = (text: string): boolean => text.length === 20 && text.charCodeAt(19) === 0x5a && text.charCodeAt(10) === 0x54 && text.charCodeAt(4) === 0x2d && text.charCodeAt(7) === 0x2d && text.charCodeAt(13) === 0x3a && text.charCodeAt(16) === 0x3a
