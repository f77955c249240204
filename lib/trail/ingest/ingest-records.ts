import type { Database, Transaction } from '#lib/db/client.ts'
import type { JobQueue } from '#lib/jobs/queue.ts'
import { liveChannel } from '#lib/record/seal-entries.ts'
import { parseEvent, type TrailFacts } from '../parse-event.ts'
import { type Explanation, explainEvent } from './explain-event.ts'
import { readTies } from './read-ties.ts'
import { countPassed, storeRecords } from './store-records.ts'

export type ExplainedEvent = { event: TrailFacts; accountId: string; explanation: Explanation }

/**
 * What detection has to say of every event before it is stored or passed by. Detection gives it; ingestion knows no rule.
 * `judge` says whether an event is to be kept though no grant explains it; `note` keeps what was said of the batch, in
 * its transaction, whatever was stored before.
 */
export type EventWatch = {
  ready(): Promise<void>
  judge: (events: readonly ExplainedEvent[], now: Date) => { keep: ReadonlySet<TrailFacts>; note: (tx: Transaction) => Promise<void> }
}

export type IngestDeps = { db: Database; queue: JobQueue; eventWatch: EventWatch }
export type RecordBatch = {
  /** Records as they came: JSON text, or parsed. */
  records: readonly unknown[]
  /** Whose records these are, where they do not say it themselves. */
  accountId?: string
  /** What must hold if and only if the batch is stored: a cursor that moves on. */
  also?: (tx: Transaction, outcome: IngestOutcome) => Promise<void>
}
export type IngestOutcome = { stored: number; passed: number; latestEventAt: Date | null; explained: readonly ExplainedEvent[]; unreadable: readonly { index: number; reason: string }[] }

/**
 * The one way in for CloudTrail's records, whatever the source: safe to run twice, on several replicas, and to be cut off
 * anywhere. What belongs to a grant, to a managed role or to a finding is stored whole; the rest is counted. Events, their
 * sessions, what the rules said, the jobs that look at them and the source's cursor commit together. Unreadable records
 * are told by their place in the batch and stop nothing.
 */
export async function ingestRecords({ db, queue, eventWatch }: IngestDeps, { records, accountId, also }: RecordBatch, now: Date): Promise<IngestOutcome> {
  const { events, unreadable } = readAll(records, accountId)
  await eventWatch.ready()
  const ties = await readTies(db, events.map(({ event }) => event))
  const explained = events.map((one): ExplainedEvent => ({ ...one, explanation: explainEvent(one.event, ties) }))
  const { keep, note } = eventWatch.judge(explained.filter(({ explanation }) => explanation.kind !== 'trial'), now)
  const kept = explained.filter(({ event, explanation }) => isKept(explanation) || (keep.has(event) && explanation.kind !== 'trial'))
  const known = await readKnown(db, kept)
  const fresh = kept.filter((one) => !known.has(keyOf(one)))
  const keptEvents = new Set(kept)
  const passed = explained.filter((one) => !keptEvents.has(one))
  return db.$transaction(async (tx) => {
    const stored = await storeRecords(tx, fresh.map(({ event, accountId: owner, explanation }) => ({ event, accountId: owner, grantId: explanation.kind === 'grant' ? explanation.grantId : null, inSession: explanation.kind === 'grant' || explanation.kind === 'outside' })), now)
    await countPassed(tx, passed)
    await note(tx)
    for (const grantId of stored.grantIds) await queue.enqueue(tx, 'grant.detect', { grantId })
    if (stored.stored > 0) await tx.$executeRaw`SELECT pg_notify(${liveChannel}, 'trail')`
    const outcome = { stored: stored.stored, passed: passed.length, latestEventAt: stored.latestEventAt, explained, unreadable }
    await also?.(tx, outcome)
    return outcome
  })
}

/** What is stored already, so that a question that overlaps the last one writes nothing. Whatever comes in between, the key decides. */
async function readKnown(db: Database, kept: readonly ExplainedEvent[]): Promise<Set<string>> {
  if (kept.length === 0) return new Set()
  const rows = await db.$queryRaw<{ accountId: string; eventId: string; eventTime: Date }[]>`
    SELECT e."accountId", e."eventId", e."eventTime"
    FROM unnest(${kept.map(({ accountId }) => accountId)}::text[], ${kept.map(({ event }) => event.eventId)}::text[], ${kept.map(({ event }) => event.eventTime)}::timestamptz[]) AS k(account, id, at)
    JOIN trail_event e ON e."accountId" = k.account AND e."eventId" = k.id AND e."eventTime" = k.at`
  return new Set(rows.map(({ accountId, eventId, eventTime }) => `${accountId} ${eventId} ${eventTime.getTime()}`))
}

const keyOf = ({ accountId, event }: ExplainedEvent): string => `${accountId} ${event.eventId} ${event.eventTime.getTime()}`

const isKept = ({ kind }: Explanation): boolean => kind === 'grant' || kind === 'outside' || kind === 'unbrokered'

/** The account that a record was made for says it in `recipientAccountId`. */
function readAll(records: readonly unknown[], fallback: string | undefined): { events: { event: TrailFacts; accountId: string }[]; unreadable: { index: number; reason: string }[] } {
  const events: { event: TrailFacts; accountId: string }[] = []
  const unreadable: { index: number; reason: string }[] = []
  records.forEach((record, index) => {
    const reading = parseEvent(record)
    if (!reading.ok) return unreadable.push({ index, reason: reading.reason })
    const accountId = accountOf(reading.event) ?? fallback
    return accountId === undefined ? unreadable.push({ index, reason: 'no recipientAccountId' }) : events.push({ event: reading.event, accountId })
  })
  return { events, unreadable }
}

function accountOf({ body }: TrailFacts): string | undefined {
  const account = body.recipientAccountId
  return typeof account === 'string' && /^\d{12}$/.test(account) ? account : undefined
}
