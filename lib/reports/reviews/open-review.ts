import { after, minutes } from '#lib/config/clock.ts'
import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { newId } from '#lib/db/new-id.ts'
import { tellLater } from '#lib/outbox/tell-later.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'

export type ReviewInput = { title: string; /** Profiles of one risk tier, one profile, or all. */ riskTier: string; profileId: string; days: number; /** Null: each person's manager, and who opens it where none is known. */ reviewerId: string | null }
export type OpenCode = 'not_allowed' | 'invalid_input' | 'nothing_to_review' | 'too_many'

export const mostLines = 5_000

/**
 * Opens a review of who may ask for what: a line for each person and profile that their groups give them, with who looks at
 * it, when it was used last and what was found. Nothing is kept by silence. For admins and auditors.
 */
export async function openReview(db: Database, viewer: Viewer, input: ReviewInput, now: Date): Promise<Result<{ reviewId: string; lines: number }, OpenCode>> {
  if (!hasRole(viewer, 'admin', 'auditor')) return refuse('not_allowed', 'Admins and auditors open access reviews.')
  const title = input.title.trim()
  if (title.length < 3 || title.length > 120) return refuse('invalid_input', 'Give the review a title of 3 to 120 characters.')
  if (!Number.isInteger(input.days) || input.days < 1 || input.days > 365) return refuse('invalid_input', 'Give it between 1 and 365 days.')
  if (input.reviewerId !== null && !(await db.person.findFirst({ where: { id: input.reviewerId, disabledAt: null }, select: { id: true } }))) return refuse('invalid_input', 'Choose a reviewer from the list.')
  const reviewId = newId()
  const dueAt = after(now, minutes(input.days * 24 * 60))
  return db.$transaction(async (tx): Promise<Result<{ reviewId: string; lines: number }, OpenCode>> => {
    await tx.accessReview.create({ data: { id: reviewId, title, state: 'open', openedById: viewer.personId, openedAt: now, dueAt } })
    const lines = await tx.$executeRaw`
      INSERT INTO review_line (id, "reviewId", "personId", "profileId", "reviewerId", groups, "lastUsedAt", grants, findings)
      SELECT gen_random_uuid(), ${reviewId}::uuid, p.id, ap.id,
        coalesce(${input.reviewerId}::uuid, (SELECT m.id FROM person m WHERE m.id = p."managerId" AND m."disabledAt" IS NULL), ${viewer.personId}::uuid),
        ARRAY(SELECT unnest(p."lastKnownGroups") INTERSECT SELECT unnest(ap."requesterGroups") ORDER BY 1), used."lastUsedAt", used.grants, used.findings
      FROM access_profile ap JOIN person p ON p."lastKnownGroups" && ap."requesterGroups" AND p."disabledAt" IS NULL AND NOT p.id = ANY (ap."excludedPersonIds")
      CROSS JOIN LATERAL (
        SELECT max(coalesce((SELECT max(l."issuedAt") FROM lease l WHERE l."grantId" = g.id), g."activatedAt")) AS "lastUsedAt", count(*)::int AS grants,
          coalesce(sum((SELECT count(*) FROM finding f WHERE f."grantId" = g.id)), 0)::int AS findings
        FROM "grant" g WHERE g."personId" = p.id AND g."profileId" = ap.id AND g."activatedAt" IS NOT NULL
      ) used
      WHERE ap.offered AND (${input.riskTier} = '' OR ap."riskTier" = ${input.riskTier}) AND (${input.profileId} = '' OR ap.id = ${input.profileId})
      LIMIT ${mostLines + 1}`
    if (lines === 0 || lines > mostLines) throw new Unfit(lines)
    await appendEntry(tx, { kind: 'review.opened', occurredAt: now, actorId: viewer.personId, subjectId: reviewId, facts: { lines, riskTier: input.riskTier, profile: input.profileId, dueAt: dueAt.toISOString() }, personal: { title } })
    const reviewers = await tx.reviewLine.findMany({ where: { reviewId }, distinct: ['reviewerId'], select: { reviewerId: true } })
    await tellLater(tx, { kind: 'review.waiting', to: { personIds: reviewers.map(({ reviewerId }) => reviewerId) }, facts: { review: reviewId }, onceKey: `review.waiting/${reviewId}` }, now)
    return { ok: true, reviewId, lines }
  }, { timeout: 60_000 }).catch((error: unknown) => {
    if (!(error instanceof Unfit)) throw error
    return error.lines === 0 ? refuse('nothing_to_review', 'Nobody may ask for any of these profiles.', 'Choose others.') : refuse('too_many', `That would be more than ${mostLines.toLocaleString('en')} lines.`, 'Choose one risk tier, or one profile.')
  })
}

/** The lines do not make a review; what was written is taken back. */
class Unfit extends Error {
  readonly lines: number
  constructor(lines: number) {
    super('unfit')
    this.lines = lines
  }
}
