import type { Database } from '#lib/db/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import type { LineFacts } from './decide-line.ts'
import type { ReviewSubject } from './review-scope.ts'

const seesAll = (viewer: Viewer): boolean => hasRole(viewer, 'admin', 'auditor')

/** A review's row as decisions see it; the database holds no other subjects. */
export const seenAs = ({ state, about }: { state: string; about: string }): LineFacts['review'] => ({ state, about: about as ReviewSubject })

export type ListedReview = { id: string; title: string; about: ReviewSubject; state: string; openedById: string; openedBy: string; openedAt: Date; dueAt: Date; lines: number; undecided: number; mine: number }

/** Reviews, those that are open first: all for admins and auditors, for others those with lines of theirs. */
export const listReviews = (db: Database, viewer: Viewer, take = 100): Promise<ListedReview[]> => reviewsFor(db, viewer, null, take)

async function reviewsFor(db: Database, viewer: Viewer, id: string | null, take: number): Promise<ListedReview[]> {
  return db.$queryRaw<ListedReview[]>`
    SELECT r.id::text, r.title, r.about, r.state, r."openedById"::text, p."displayName" AS "openedBy", r."openedAt", r."dueAt", c.lines, c.undecided, c.mine
    FROM access_review r JOIN person p ON p.id = r."openedById"
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS lines, (count(*) FILTER (WHERE l.decision IS NULL))::int AS undecided, (count(*) FILTER (WHERE l.decision IS NULL AND l."reviewerId" = ${viewer.personId}::uuid))::int AS mine,
        bool_or(l."reviewerId" = ${viewer.personId}::uuid) AS own
      FROM review_line l WHERE l."reviewId" = r.id
    ) c
    WHERE (${seesAll(viewer)} OR c.own) AND (${id}::uuid IS NULL OR r.id = ${id}::uuid)
    ORDER BY (r.state = 'open') DESC, r."dueAt" DESC LIMIT ${take}`
}

/** How many lines wait for the viewer. */
export function countReviewing(db: Database, viewer: Viewer): Promise<number> {
  return db.reviewLine.count({ where: { reviewerId: viewer.personId, decision: null, review: { state: 'open' } } })
}

const whole = {
  person: { select: { id: true, displayName: true } },
  reviewer: { select: { displayName: true } },
  decidedBy: { select: { displayName: true } },
  outside: true,
  profile: { select: { id: true, title: true, riskTier: true, excludedPersonIds: true, excludedApproverIds: true, account: { select: { id: true, name: true, environment: true } } } },
} satisfies Prisma.ReviewLineInclude
export type WholeLine = Prisma.ReviewLineGetPayload<{ include: typeof whole }>
export type LineFilter = 'open' | 'kept' | 'removed' | 'all'

/** One review with a page of its lines in their order: all for admins and auditors, one's own for reviewers; null for others. */
export async function getReview(db: Database, viewer: Viewer, reviewId: string, filter: LineFilter, { take, after }: { take: number; /** The position to go on after. */ after: number }): Promise<{ review: ListedReview; lines: WholeLine[]; next: number | null } | null> {
  const [review] = await reviewsFor(db, viewer, reviewId, 1)
  if (!review) return null
  const decision = { open: null, kept: 'keep', removed: 'remove', all: undefined }[filter]
  const lines = await db.reviewLine.findMany({
    where: { reviewId, position: { gt: after }, ...(decision === undefined ? {} : { decision }), ...(seesAll(viewer) ? {} : { reviewerId: viewer.personId }) },
    include: whole,
    orderBy: { position: 'asc' },
    take: take + 1,
  })
  return { review, lines: lines.slice(0, take), next: lines.length > take ? (lines[take - 1]?.position ?? null) : null }
}
