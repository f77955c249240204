import { createHash } from 'node:crypto'
import type { Transaction } from '#lib/db/client.ts'
import type { DetectorEvent, FindingDraft } from '../detector.ts'
import { outsideRecordRule } from '../watch/outside-record.ts'
import { type FindingSubject, growFinding, openFinding } from '../finding.store.ts'

/** The newest events of one finding that are looked at again when it grows. */
const mostEvents = 5_000

/** Namespace of the advisory locks below; no other lock of the product uses it. */
const raiseLock = 0x1a7c4e05

/** One at a time for a rule and what it speaks about, on all replicas. */
export async function lockSubject(tx: Transaction, ...parts: readonly (string | null)[]): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${raiseLock}::int, hashtext(${parts.join('\n')}))`
}

/** What findings about one session outside the record are known by, before their number. */
export const outsideKey = (accountId: string, principalId: string): string => `${outsideRecordRule}:${accountId}:${shortKey(principalId)}#`

/** Subjects are texts of AWS, as long as they like; a key is not. */
export const shortKey = (subject: string): string => (subject.length <= 100 ? subject : createHash('sha256').update(subject).digest('hex'))

/**
 * Adds matches to the open finding of `base`, or opens the next one. What a person closed stays closed: only matches that
 * came afterwards are here. Answers the finding's id.
 */
export async function keepFinding(tx: Transaction, subject: FindingSubject, detector: string, base: string, matchIds: readonly bigint[], draftOf: (events: readonly DetectorEvent[]) => FindingDraft, now: Date): Promise<string> {
  const same = await tx.finding.findMany({ where: { dedupeKey: { startsWith: `${base}#` } }, orderBy: { createdAt: 'desc' } })
  const current = same.find(({ state }) => state !== 'closed')
  const events = await readEvents(tx, matchIds, current?.id)
  const draft = draftOf(events)
  if (current) {
    // Somebody triaged it in between: the step is tried again and sees what they did.
    if (!(await growFinding(tx, subject, current, draft, now))) throw new Error(`Finding ${current.id} changed while its evidence grew.`)
    return current.id
  }
  const dedupeKey = `${base}#${same.length + 1}`
  await openFinding(tx, subject, detector, dedupeKey, draft, now)
  const { id } = await tx.finding.findUniqueOrThrow({ where: { dedupeKey }, select: { id: true } })
  return id
}

/** The events of matches, and of those that made the finding before, oldest first. */
async function readEvents(tx: Transaction, matchIds: readonly bigint[], findingId: string | undefined): Promise<DetectorEvent[]> {
  const rows = await tx.$queryRaw<DetectorEvent[]>`
    WITH matched AS (
      SELECT DISTINCT "accountId", "eventId", "eventTime" FROM rule_match WHERE id = ANY(${matchIds}::bigint[]) OR "findingId" = ${findingId ?? null}::uuid
    )
    SELECT e."eventId", e."eventTime", e."eventSource", e."eventName", e."sourceIp", e."errorCode", e."readOnly", e."sessionId"::text
    FROM matched m JOIN trail_event e ON e."accountId" = m."accountId" AND e."eventId" = m."eventId" AND e."eventTime" = m."eventTime"
    ORDER BY e."eventTime" DESC, e."eventId" DESC LIMIT ${mostEvents}`
  return rows.reverse()
}

/** The grant that explains what was found, with its holder, and how people read who and where. */
export async function readSubject(tx: Transaction, accountId: string, grantId: string | null): Promise<{ subject: FindingSubject; who: string | null; where: string }> {
  const account = await tx.account.findUnique({ where: { id: accountId }, select: { name: true } })
  const grant = grantId === null ? null : await tx.grant.findUnique({ where: { id: grantId }, select: { id: true, requestId: true, personId: true, person: { select: { displayName: true } } } })
  return {
    subject: grant ? { grantId: grant.id, holderId: grant.personId, requestId: grant.requestId, accountId } : { accountId },
    who: grant?.person.displayName ?? null,
    where: account?.name ?? accountId,
  }
}
