import 'server-only'
import type { ReviewLineModel, ReviewRow } from '#components/reviews/review-models.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { whyReason } from '#lib/reports/reviews/decide-line.ts'
import type { ListedReview, WholeLine } from '#lib/reports/reviews/reviews.queries.ts'
import { giveBackAction } from '#app/_actions/review.actions.ts'
import { iso } from './view-models.ts'

export const reviewRow = ({ id, title, openedBy, lines, undecided, mine, dueAt, state }: ListedReview, now: Date): ReviewRow => ({
  id,
  title,
  openedBy,
  lines,
  undecided,
  mine,
  state: state as ReviewRow['state'],
  href: `/reviews/${id}`,
  dueAt: dueAt.toISOString(),
  overdue: state === 'open' && dueAt < now && undecided > 0,
})

export function reviewLine(viewer: Viewer, line: WholeLine, now: Date): ReviewLineModel {
  const { decision, decidedBy, decidedAt, profile, person } = line
  const taken = decision === 'remove' && profile.excludedPersonIds.includes(person.id)
  return {
    id: line.id,
    person: { name: person.displayName, href: hasRole(viewer, 'responder', 'auditor', 'admin') ? `/people/${person.id}` : null },
    profile: { title: profile.title, account: profile.account.name, riskTier: profile.riskTier },
    groups: line.groups,
    reviewer: line.reviewer.displayName,
    lastUsedAt: iso(line.lastUsedAt),
    grants: line.grants,
    findings: line.findings,
    cause: whyReason(line, now) ?? null,
    decision: decision && decidedBy && decidedAt ? { verdict: decision as 'keep' | 'remove', by: decidedBy.displayName, at: decidedAt.toISOString(), reason: line.reason } : null,
    giveBack: taken && hasRole(viewer, 'admin') && person.id !== viewer.personId ? { action: giveBackAction, personId: person.id, profileId: profile.id } : null,
    mine: (line.reviewerId === viewer.personId || hasRole(viewer, 'admin')) && person.id !== viewer.personId,
  }
}
