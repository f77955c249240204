import type { Clock } from '#lib/config/clock.ts'
import { refuse, type Result } from '#lib/config/result.ts'
import { storableText } from '#lib/config/typed-text.ts'
import type { Database } from '#lib/db/client.ts'
import { FindingClosedAs } from '#lib/db/generated/enums.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { findTriable, type TriageRefusal } from './find-triable.ts'

/** What a finding turned out to be. `expected` and `benign` are true, and no harm; `false_positive` is not what the rule says. */
export const closedAs = Object.values(FindingClosedAs)

export type Triage = { verdict: 'acknowledge' } | { verdict: 'close'; as: FindingClosedAs; reason: string }
export type TriageResult = Result<{ title: string }, TriageRefusal | 'reason_missing' | 'already'>

/**
 * Acknowledges a finding, which is taking it, or closes it with what it turned out to be and a reason: responders and
 * admins, and never about their own access. The state changes only from the one it had, with its record entry. The viewer
 * must be fresh.
 */
export async function triageFinding({ db, clock }: { db: Database; clock: Clock }, viewer: Viewer, findingId: string, triage: Triage): Promise<TriageResult> {
  const found = await findTriable(db, viewer, findingId)
  if (!found.ok) return found
  const { finding } = found
  const reason = triage.verdict === 'close' ? storableText(triage.reason).trim().slice(0, 1_000) : null
  if (reason !== null && reason.length < 3) return refuse('reason_missing', 'Say why this finding can be closed; it stays in the record.')
  const now = clock()
  const next = triage.verdict === 'close' ? 'closed' : 'acknowledged'
  const change = triage.verdict === 'close' ? { closedReason: reason, closedAs: triage.as } : finding.assignedToId === null ? { assignedToId: viewer.personId } : {}
  return db.$transaction(async (tx): Promise<TriageResult> => {
    const { count } = await tx.finding.updateMany({
      where: { id: findingId, state: { in: next === 'closed' ? ['open', 'acknowledged', 'suppressed'] : ['open'] } },
      data: { state: next, triagedById: viewer.personId, triagedAt: now, updatedAt: now, ...change },
    })
    if (count !== 1) return refuse('already', `Somebody ${finding.state === 'closed' || next === 'closed' ? 'closed' : 'acknowledged'} this finding already.`, 'The page shows its state now.')
    await appendEntry(tx, {
      kind: next === 'closed' ? 'finding.closed' : 'finding.acknowledged',
      occurredAt: now,
      actorId: viewer.personId,
      subjectId: findingId,
      requestId: finding.grant?.requestId,
      grantId: finding.grantId ?? undefined,
      facts: { detector: finding.detector, severity: finding.severity, before: finding.state, after: next, ...(triage.verdict === 'close' ? { closedAs: triage.as } : {}) },
      personal: { reason },
    })
    return { ok: true, title: finding.title }
  })
}
