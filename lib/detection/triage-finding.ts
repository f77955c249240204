import type { Clock } from '#lib/config/clock.ts'
import { storableText } from '#lib/config/typed-text.ts'
import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'

export type Triage = { verdict: 'acknowledge' } | { verdict: 'close'; reason: string }
export type TriageResult = Result<{ title: string }, 'not_found' | 'not_allowed' | 'own' | 'reason_missing' | 'already'>

/**
 * Acknowledges a finding, or closes it with a reason: responders and admins, and never about their own access. The state
 * changes only from the one it had, with its record entry. The viewer must be fresh.
 */
export async function triageFinding({ db, clock }: { db: Database; clock: Clock }, viewer: Viewer, findingId: string, triage: Triage): Promise<TriageResult> {
  if (!hasRole(viewer, 'responder', 'auditor', 'admin')) return refuse('not_found', 'There is no such finding for you to see.')
  if (!hasRole(viewer, 'responder', 'admin')) return refuse('not_allowed', 'Auditors read findings; they do not decide them.', 'A responder or an admin can.')
  const reason = triage.verdict === 'close' ? storableText(triage.reason).trim().slice(0, 1_000) : null
  if (reason !== null && reason.length < 3) return refuse('reason_missing', 'Say why this finding can be closed; it stays in the record.')
  const finding = await db.finding.findUnique({ where: { id: findingId }, include: { grant: true } })
  if (!finding) return refuse('not_found', 'There is no such finding for you to see.')
  if (finding.grant?.personId === viewer.personId) return refuse('own', 'This finding is about your own access.', 'Another responder or an admin has to decide it.')
  const now = clock()
  const next = triage.verdict === 'close' ? 'closed' : 'acknowledged'
  return db.$transaction(async (tx): Promise<TriageResult> => {
    const { count } = await tx.finding.updateMany({
      where: { id: findingId, state: { in: next === 'closed' ? ['open', 'acknowledged'] : ['open'] } },
      data: { state: next, triagedById: viewer.personId, triagedAt: now, updatedAt: now, ...(reason === null ? {} : { closedReason: reason }) },
    })
    if (count !== 1) return refuse('already', `Somebody ${finding.state === 'closed' || next === 'closed' ? 'closed' : 'acknowledged'} this finding already.`, 'The page shows its state now.')
    await appendEntry(tx, {
      kind: next === 'closed' ? 'finding.closed' : 'finding.acknowledged',
      occurredAt: now,
      actorId: viewer.personId,
      subjectId: findingId,
      requestId: finding.grant?.requestId,
      grantId: finding.grantId ?? undefined,
      facts: { detector: finding.detector, severity: finding.severity, before: finding.state, after: next },
      personal: { reason },
    })
    return { ok: true, title: finding.title }
  })
}
