import { after, type Clock, minutes } from '#lib/config/clock.ts'
import { refuse, type Result } from '#lib/config/result.ts'
import { storableText } from '#lib/config/typed-text.ts'
import type { Database } from '#lib/db/client.ts'
import { newId } from '#lib/db/new-id.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { findTriable, mayTriage, type TriageRefusal } from './find-triable.ts'
import { hideCovered } from './suppression.store.ts'

type Deps = { db: Database; clock: Clock }

/** Whose access, and where: of the finding's own person and account, or of more. A finding without a person is of accounts only. */
export const suppressionScopes = ['person_in_account', 'person', 'account', 'everywhere'] as const
export type SuppressionScope = (typeof suppressionScopes)[number]
/** A suppression that nobody remembers would be a hole: every one ends. Days. */
export const longestSuppressionDays = 90

export type SuppressResult = Result<{ hidden: number; expiresAt: Date }, TriageRefusal | 'reason_missing' | 'no_person' | 'already'>

/**
 * Says that what a finding's rule found is expected for some days, about one person or everybody, in one account or all:
 * what it covers is still found and kept, but is no open finding and tells nobody. More severe findings of the rule, and
 * those about whoever says so, are not covered. Those that are open now are hidden with it. The viewer must be fresh.
 */
export async function suppressFinding({ db, clock }: Deps, viewer: Viewer, findingId: string, { scope, days, reason: typed }: { scope: SuppressionScope; days: number; reason: string }): Promise<SuppressResult> {
  const found = await findTriable(db, viewer, findingId)
  if (!found.ok) return found
  const { finding } = found
  const reason = storableText(typed).trim().slice(0, 1_000)
  if (reason.length < 3) return refuse('reason_missing', 'Say why this is expected; it stays in the record.')
  const person = scope === 'person' || scope === 'person_in_account'
  if (person && !finding.grant) return refuse('no_person', 'Nobody is known to have done this.', 'Choose the account, or everywhere.')
  if (finding.state === 'closed' || finding.state === 'suppressed') return refuse('already', `Somebody ${finding.state} this finding already.`, 'The page shows its state now.')
  const now = clock()
  const expiresAt = after(now, minutes(Math.min(Math.max(1, Math.trunc(days)), longestSuppressionDays) * 24 * 60))
  return db.$transaction(async (tx): Promise<SuppressResult> => {
    const suppression = await tx.suppression.create({
      data: {
        id: newId(),
        detector: finding.detector,
        personId: person ? (finding.grant?.personId ?? null) : null,
        accountId: scope === 'account' || scope === 'person_in_account' ? finding.accountId : null,
        severityOrder: finding.severityOrder,
        reason,
        createdById: viewer.personId,
        createdAt: now,
        expiresAt,
      },
    })
    const hidden = await hideCovered(tx, suppression, now)
    await appendEntry(tx, {
      kind: 'suppression.begun',
      occurredAt: now,
      actorId: viewer.personId,
      subjectId: suppression.id,
      requestId: finding.grant?.requestId,
      grantId: finding.grantId ?? undefined,
      facts: { detector: finding.detector, severity: finding.severity, scope, person: suppression.personId, account: suppression.accountId, finding: finding.id, expiresAt: expiresAt.toISOString(), hidden },
      personal: { reason },
    })
    return { ok: true, hidden, expiresAt }
  })
}

/** Ends a suppression before its time: what it hides is open again. For responders and admins; the viewer must be fresh. */
export async function endSuppression({ db, clock }: Deps, viewer: Viewer, suppressionId: string): Promise<Result<{ shown: number }, 'not_found' | 'not_allowed' | 'already'>> {
  const may = mayTriage(viewer)
  if (!may.ok) return may
  const now = clock()
  return db.$transaction(async (tx) => {
    const { count } = await tx.suppression.updateMany({ where: { id: suppressionId, endedAt: null, expiresAt: { gt: now } }, data: { endedAt: now, endedById: viewer.personId } })
    if (count !== 1) {
      const known = (await tx.suppression.count({ where: { id: suppressionId } })) > 0
      return known ? refuse('already', 'This suppression is over already.') : refuse('not_found', 'There is no such suppression.')
    }
    const { count: shown } = await tx.finding.updateMany({ where: { suppressionId, state: 'suppressed' }, data: { state: 'open', suppressionId: null, updatedAt: now } })
    await appendEntry(tx, { kind: 'suppression.ended', occurredAt: now, actorId: viewer.personId, subjectId: suppressionId, facts: { shown } })
    return { ok: true as const, shown }
  })
}
