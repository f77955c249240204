import { after, minutes } from '#lib/config/clock.ts'
import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { newId } from '#lib/db/new-id.ts'
import { tellLater } from '#lib/outbox/tell-later.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import type { ReviewScope } from './review-scope.ts'
import { mostLines, writeLines } from './write-lines.ts'

export type ReviewInput = ReviewScope & { title: string; days: number; /** Null: each person's manager, and who opens it where none is known. */ reviewerId: string | null }
export type OpenCode = 'not_allowed' | 'invalid_input' | 'nothing_to_review' | 'too_many'
type Deps = { db: Database; /** The provider at which a bare subject of a policy names somebody. */ firstIssuer: string }

/**
 * Opens an access review: a line for each person and profile that they may ask for or decide about, or for each thing in
 * AWS outside the record, with who looks at it, when it was used last and what was found. Nothing is kept by silence. For
 * admins and auditors.
 */
export async function openReview({ db, firstIssuer }: Deps, viewer: Viewer, input: ReviewInput, now: Date): Promise<Result<{ reviewId: string; lines: number }, OpenCode>> {
  if (!hasRole(viewer, 'admin', 'auditor')) return refuse('not_allowed', 'Admins and auditors open access reviews.')
  const title = input.title.trim()
  if (title.length < 3 || title.length > 120) return refuse('invalid_input', 'Give the review a title of 3 to 120 characters.')
  if (!Number.isInteger(input.days) || input.days < 1 || input.days > 365) return refuse('invalid_input', 'Give it between 1 and 365 days.')
  const enabled = (id: string) => db.person.findFirst({ where: { id, disabledAt: null }, select: { id: true } })
  if (input.reviewerId !== null && !(await enabled(input.reviewerId))) return refuse('invalid_input', 'Choose a reviewer from the list.')
  const reviewId = newId()
  const dueAt = after(now, minutes(input.days * 24 * 60))
  return db.$transaction(async (tx): Promise<Result<{ reviewId: string; lines: number }, OpenCode>> => {
    await tx.accessReview.create({ data: { id: reviewId, title, about: input.about, state: 'open', openedById: viewer.personId, openedAt: now, dueAt } })
    const lines = await writeLines(tx, { reviewId, openedById: viewer.personId, reviewerId: input.reviewerId, firstIssuer }, input)
    if (lines === 0 || lines > mostLines) throw new Unfit(lines)
    const { about, riskTier, profileId, accountId, group, personId } = input
    await appendEntry(tx, { kind: 'review.opened', occurredAt: now, actorId: viewer.personId, subjectId: reviewId, facts: { lines, about, riskTier, profile: profileId, account: accountId, group, person: personId, dueAt: dueAt.toISOString() }, personal: { title } })
    const reviewers = await tx.reviewLine.findMany({ where: { reviewId }, distinct: ['reviewerId'], select: { reviewerId: true } })
    await tellLater(tx, { kind: 'review.waiting', to: { personIds: reviewers.map(({ reviewerId }) => reviewerId) }, facts: { review: reviewId }, onceKey: `review.waiting/${reviewId}` }, now)
    return { ok: true, reviewId, lines }
  }, { timeout: 60_000 }).catch((error: unknown) => {
    if (!(error instanceof Unfit)) throw error
    return error.lines > 0 ? refuse('too_many', `That would be more than ${mostLines.toLocaleString('en')} lines.`, 'Choose one risk tier, one account, one group or one profile.') : refuse('nothing_to_review', nothing[input.about], 'Choose others.')
  })
}

const nothing = { access: 'Nobody may ask for any of these profiles.', approvers: 'Nobody is named to decide about any of these profiles, or none of them signed in yet.', standing: 'Nothing in AWS is known to be outside the record there.' }

/** The lines do not make a review; what was written is taken back. */
class Unfit extends Error {
  readonly lines: number
  constructor(lines: number) {
    super('unfit')
    this.lines = lines
  }
}
