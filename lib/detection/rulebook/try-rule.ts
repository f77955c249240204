import type { Database } from '#lib/db/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { type Contributed, compileRuleSet, contributionsOf } from '../sigma/rule-set.ts'
import type { RuleFile } from '../sigma/read-rules.ts'

export type TriedHit = { title: string; level: string; at: Date; eventIds: readonly string[]; what: string; who: string; accountId: string }
export type Trial = {
  events: number
  /** False when there were more events than are looked at. */
  whole: boolean
  oldest: Date | null
  hits: number
  examples: TriedHit[]
  problems: readonly string[]
}

const perPage = 2_000
const mostEvents = 50_000
const shown = 20

/**
 * Runs rules over the stored events since a moment, newest first, and says what they would have found; nothing is kept.
 * For those who watch; null for others. At most 50,000 events are looked at, some at a time.
 */
export async function tryRule(db: Database, viewer: Viewer, file: RuleFile, lists: ReadonlyMap<string, readonly string[]>, since: Date): Promise<Trial | null> {
  if (!hasRole(viewer, 'responder', 'auditor', 'admin')) return null
  const set = compileRuleSet([file], lists)
  const trial: Trial = { events: 0, whole: true, oldest: null, hits: 0, examples: [], problems: set.refusals.map(({ rule, problem }) => `${rule}: ${problem}`) }
  const contributed: Contributed[] = []
  const seen = new Map<string, Row>()
  for (let before: Row | undefined; ; ) {
    const rows = await readPage(db, since, before)
    for (const row of rows) {
      const { hits, contributed: parts } = set.judge(row.body, row.eventId, row.eventTime.getTime())
      for (const { title, level } of hits) keep(trial, { title, level, at: row.eventTime, eventIds: [row.eventId], ...words(row) })
      if (parts.length > 0) seen.set(row.eventId, row)
      contributed.push(...parts)
    }
    trial.events += rows.length
    before = rows.at(-1)
    trial.oldest = before?.eventTime ?? trial.oldest
    if (rows.length < perPage) break
    if (trial.events >= mostEvents) {
      trial.whole = false
      break
    }
  }
  for (const { about, eventIds, lastMs } of set.correlateAll(contributionsOf(contributed), Number.POSITIVE_INFINITY)) {
    const row = seen.get(eventIds.at(-1) ?? '')
    if (row) keep(trial, { title: about.title, level: about.level, at: new Date(lastMs), eventIds, ...words(row) })
  }
  return trial
}

type Row = { accountId: string; eventId: string; eventTime: Date; eventName: string; eventSource: string; body: Record<string, unknown> }

const readPage = (db: Database, since: Date, before: Row | undefined): Promise<Row[]> =>
  db.$queryRaw<Row[]>`
    SELECT "accountId", "eventId", "eventTime", "eventName", "eventSource", body FROM trail_event
    WHERE "eventTime" >= ${since}::timestamptz ${before ? Prisma.sql`AND ("eventTime", "eventId") < (${before.eventTime}::timestamptz, ${before.eventId})` : Prisma.empty}
    ORDER BY "eventTime" DESC, "eventId" DESC LIMIT ${perPage}`

function keep(trial: Trial, hit: TriedHit): void {
  trial.hits += 1
  if (trial.examples.length < shown) trial.examples.push(hit)
}

function words({ accountId, eventName, eventSource, body }: Row): Pick<TriedHit, 'what' | 'who' | 'accountId'> {
  const identity = body['userIdentity']
  const arn = typeof identity === 'object' && identity !== null ? (identity as Record<string, unknown>)['arn'] : undefined
  return { accountId, what: `${eventSource.replace(/\.amazonaws\.com$/, '')}:${eventName}`, who: typeof arn === 'string' ? (arn.split('/').slice(1).join('/') || arn) : 'unknown' }
}
