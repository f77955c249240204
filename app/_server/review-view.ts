import 'server-only'
import type { ReviewLineModel, ReviewRow } from '#components/reviews/review-models.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { whyReason } from '#lib/reports/reviews/decide-line.ts'
import type { ListedReview, WholeLine } from '#lib/reports/reviews/reviews.queries.ts'
import { giveBackAction } from '#app/_actions/review.actions.ts'
import { iso } from './view-models.ts'

export const reviewRow = ({ id, title, about, openedBy, lines, undecided, mine, dueAt, state }: ListedReview, now: Date): ReviewRow => ({
  id,
  title,
  about,
  openedBy,
  lines,
  undecided,
  mine,
  state: state as ReviewRow['state'],
  href: `/reviews/${id}`,
  dueAt: dueAt.toISOString(),
  overdue: state === 'open' && dueAt < now && undecided > 0,
})

const times = (count: number, one: string): string => (count === 1 ? `1 ${one}` : `${count.toLocaleString('en')} ${one}s`)
const usesOf = { access: 'grant', approvers: 'decision', standing: 'session' }

/** One line as the viewer sees it; `now` is when. */
export function reviewLine(viewer: Viewer, { about, openedById }: ListedReview, line: WholeLine, now: Date): ReviewLineModel {
  const { decision, decidedBy, decidedAt, person, outside } = line
  const own = person?.id === viewer.personId
  const reviews = line.reviewerId === viewer.personId || hasRole(viewer, 'admin')
  return {
    id: line.id,
    ...subjectOf(viewer, line),
    reviewer: line.reviewer.displayName,
    lastUsedAt: iso(line.lastUsedAt),
    uses: times(line.uses, usesOf[about]),
    findings: line.findings,
    cause: whyReason(about, line, now) ?? null,
    decision: decision && decidedBy && decidedAt ? { verdict: decision as 'keep' | 'remove', by: decidedBy.displayName, at: decidedAt.toISOString(), reason: line.reason } : null,
    gone: outside && decision === 'remove' ? { at: iso(outside.goneAt) } : null,
    giveBack: giveBackOf(viewer, about, line),
    mine: reviews && !own,
    movable: reviews || (openedById === viewer.personId && hasRole(viewer, 'auditor')),
  }
}

function subjectOf(viewer: Viewer, { person, profile, outside, groups }: WholeLine): Pick<ReviewLineModel, 'who' | 'what'> {
  const shown = hasRole(viewer, 'responder', 'auditor', 'admin')
  const who = person ? { name: person.displayName, href: shown ? `/people/${person.id}` : null, detail: groups.length > 0 ? groups.join(', ') : 'Named by the policy' } : { name: outside?.roleArn.split(':role/').at(-1) ?? '', href: null, detail: `Account ${outside?.roleArn.split(':')[4] ?? ''}` }
  const what = profile ? { title: profile.title, detail: `${profile.account.name}, ${profile.riskTier} risk` } : { title: outside?.what ?? '', detail: `First seen ${outside?.firstSeenAt.toISOString().slice(0, 10) ?? ''}` }
  return { who, what }
}

function giveBackOf(viewer: Viewer, about: ListedReview['about'], { decision, person, profile }: WholeLine): ReviewLineModel['giveBack'] {
  if (decision !== 'remove' || !person || !profile || about === 'standing' || !hasRole(viewer, 'admin') || person.id === viewer.personId) return null
  const taken = about === 'access' ? profile.excludedPersonIds : profile.excludedApproverIds
  return taken.includes(person.id) ? { action: giveBackAction, fields: { right: about, personId: person.id, profileId: profile.id } } : null
}
