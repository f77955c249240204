import type { Database } from '#lib/db/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import { type Decider, findDecider } from '#lib/people/deciders.queries.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'

const withProfile = { profile: { include: { account: true } }, person: true } satisfies Prisma.RequestInclude
export type ListedRequest = Prisma.RequestGetPayload<{ include: typeof withProfile }>

const whole = {
  ...withProfile,
  decisions: { include: { person: true, onBehalfOf: true }, orderBy: { decidedAt: 'asc' } },
  review: { include: { reviewedBy: true } },
  grant: { include: { leases: { where: { purpose: { not: 'probe' } }, orderBy: { requestedAt: 'asc' }, take: 100 }, endedBy: true, findings: { take: 20 } } },
} satisfies Prisma.RequestInclude
export type WholeRequest = Prisma.RequestGetPayload<{ include: typeof whole }>

/** The viewer's own pending requests, newest first. */
export function listOwnPending(db: Database, viewer: Viewer): Promise<ListedRequest[]> {
  return db.request.findMany({ where: { personId: viewer.personId, state: 'pending' }, include: withProfile, orderBy: { createdAt: 'desc' }, take: 50 })
}

/** The viewer's own requests that came to nothing, newest first. */
export function listOwnRefused(db: Database, viewer: Viewer, take: number): Promise<ListedRequest[]> {
  return db.request.findMany({ where: { personId: viewer.personId, state: { in: ['denied', 'cancelled', 'lapsed'] } }, include: withProfile, orderBy: { createdAt: 'desc' }, take })
}

/** What is asked of a person, in their own right or in that of those who delegated to them; never their own requests, or those they decided. */
const waitingFor = (decider: Decider): Prisma.RequestWhereInput => ({
  state: 'pending',
  OR: [askedOf(decider), ...decider.actsFor.map((other) => ({ ...askedOf(other), ...notTouchedBy(other) }))],
  ...notTouchedBy(decider),
})

/** Neither asked nor decided by somebody, under any identity, and of a profile that no access review took from them to decide about. */
function notTouchedBy({ personId, samePersonIds }: Decider['actsFor'][number]): Prisma.RequestWhereInput {
  const mine = [personId, ...samePersonIds]
  return { personId: { notIn: mine }, decisions: { none: { OR: [{ personId: { in: mine } }, { onBehalfOfId: { in: mine } }] } }, NOT: { profile: { excludedApproverIds: { hasSome: mine } } } }
}

const askedOf = ({ personId, groups }: { personId: string; groups: readonly string[] }): Prisma.RequestWhereInput => ({
  OR: [{ approverGroups: { hasSome: [...groups] } }, { approverIds: { has: personId } }],
  NOT: { profile: { excludedApproverIds: { has: personId } } },
})

/** What waits for the viewer's decision: riskiest first, then oldest. Their own requests are never among them. */
export function listWaitingFor(db: Database, decider: Decider, take = 25): Promise<ListedRequest[]> {
  return db.request.findMany({ where: waitingFor(decider), include: withProfile, orderBy: [{ riskOrder: 'desc' }, { createdAt: 'asc' }, { id: 'asc' }], take })
}

export function countWaitingFor(db: Database, decider: Decider): Promise<number> {
  return db.request.count({ where: waitingFor(decider) })
}

/** Requests that concern somebody: their own, those they are asked to decide or decided or review; all for responders, auditors and admins. */
async function concerning(db: Database, viewer: Viewer, now: Date): Promise<Prisma.RequestWhereInput> {
  if (seesAll(viewer)) return {}
  const delegated = viewer.storedGroups ? [] : (await findDecider(db, viewer, now)).actsFor.map(askedOf)
  return { OR: [{ personId: viewer.personId }, askedOf(viewer), { decisions: { some: { personId: viewer.personId } } }, { review: { reviewerGroups: { hasSome: [...viewer.groups] } } }, ...delegated] }
}

const seesAll = (viewer: Viewer): boolean => hasRole(viewer, 'responder', 'auditor', 'admin')

/** One request, for those it concerns. For everybody else it does not exist. */
export async function getRequestFor(db: Database, viewer: Viewer, id: string, now: Date): Promise<WholeRequest | null> {
  const request = await db.request.findFirst({ where: { id, ...(await concerning(db, viewer, now)) }, include: whole })
  // A finding may be about the very person who reads this.
  return request?.grant && !seesAll(viewer) ? { ...request, grant: { ...request.grant, findings: [] } } : request
}

/** What was sent together with a request and concerns the viewer too, oldest first. */
export async function listTogether(db: Database, viewer: Viewer, { id, bundleId }: Pick<WholeRequest, 'id' | 'bundleId'>, now: Date): Promise<{ id: string; code: string; state: WholeRequest['state']; profile: { title: string } }[]> {
  if (!bundleId) return []
  return db.request.findMany({ where: { bundleId, id: { not: id }, ...(await concerning(db, viewer, now)) }, select: { id: true, code: true, state: true, profile: { select: { title: true } } }, orderBy: { id: 'asc' }, take: 10 })
}

/** Ids of the request, or of the request behind the grant, that people call `code`; for auditors and admins, empty for others. */
export async function findRequestsByCode(db: Database, viewer: Viewer, code: string): Promise<string[]> {
  if (!hasRole(viewer, 'auditor', 'admin')) return []
  const wanted = code.trim().toUpperCase()
  // Two questions with an index each; one with OR would read every request.
  const [requests, grants] = await Promise.all([
    db.request.findMany({ where: { code: wanted }, select: { id: true } }),
    db.grant.findMany({ where: { code: wanted }, select: { requestId: true } }),
  ])
  return [...requests.map(({ id }) => id), ...grants.map(({ requestId }) => requestId)]
}

/** What the requester asked of the same profile before, newest first: context for whoever decides `request`. */
export function listPastRequests(db: Database, request: { id: string; personId: string; profileId: string }, take = 6): Promise<WholeRequest[]> {
  return db.request.findMany({
    where: { personId: request.personId, profileId: request.profileId, id: { not: request.id }, state: { not: 'pending' } },
    include: whole,
    orderBy: { createdAt: 'desc' },
    take,
  })
}

/** Median minutes from request to decision over the last 200 decided requests of a profile; null when there are none. */
export async function medianDecisionMinutes(db: Database, profileId: string): Promise<number | null> {
  const [row] = await db.$queryRaw<{ median: number | null }[]>`
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY EXTRACT(EPOCH FROM r."settledAt" - r."createdAt") / 60)::float8 AS median
    FROM (SELECT "settledAt", "createdAt" FROM request
          WHERE "profileId" = ${profileId} AND state IN ('approved', 'denied') AND "settledAt" IS NOT NULL
          ORDER BY "settledAt" DESC LIMIT 200) r`
  return row?.median ?? null
}

/** Names of people last seen in any of `groups`, other than the viewer: who will probably be asked. */
export async function listProbablyAsked(db: Database, viewer: Viewer, { groups, excludedApproverIds }: { groups: readonly string[]; excludedApproverIds: readonly string[] }, take = 3): Promise<string[]> {
  const people = await db.person.findMany({
    where: { lastKnownGroups: { hasSome: [...groups] }, disabledAt: null, id: { notIn: [viewer.personId, ...excludedApproverIds] } },
    select: { displayName: true },
    orderBy: { lastSignedInAt: 'desc' },
    take,
  })
  return people.map((person) => person.displayName)
}

const withRequest = { request: { include: withProfile } } satisfies Prisma.EmergencyReviewInclude
export type WaitingReview = Prisma.EmergencyReviewGetPayload<{ include: typeof withRequest }>

/** Emergency access that waits for a review by somebody, soonest due first; never their own, under any identity. */
export function listReviewsFor(db: Database, { personId, samePersonIds, groups }: Decider, take = 10): Promise<WaitingReview[]> {
  return db.emergencyReview.findMany({ where: { reviewedAt: null, reviewerGroups: { hasSome: [...groups] }, request: { personId: { notIn: [personId, ...samePersonIds] } } }, include: withRequest, orderBy: { dueAt: 'asc' }, take })
}
