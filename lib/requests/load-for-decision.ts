import { definitionOf } from '#lib/catalog/definition-of.ts'
import { whyNoLongerEligible } from '#lib/catalog/eligibility.ts'
import type { Database } from '#lib/db/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import { findDecider, findNamedPeople } from '#lib/people/deciders.queries.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { type ApprovalPolicy, approvalPolicySchema } from './approval-policy.ts'
import type { DecisionFacts } from './decide-decision.ts'
import { namedInPolicy, referencesIn } from './named-in-policy.ts'

const withDecisions = {
  person: { select: { lastKnownGroups: true, disabledAt: true } },
  profile: { select: { offered: true, definitionHash: true, definition: true } },
  decisions: { select: { stepIndex: true, personId: true, onBehalfOfId: true } },
} satisfies Prisma.RequestInclude
export type PendingRequest = Prisma.RequestGetPayload<{ include: typeof withDecisions }>

/** All that a decision about a request looks at, as the database has it now. */
export async function loadForDecision(
  { db, firstIssuer }: { db: Database; firstIssuer: string },
  viewer: Viewer,
  requestId: string,
  now: Date,
): Promise<{ request: PendingRequest; policy: ApprovalPolicy; facts: Omit<DecisionFacts, 'currentRoleDigest'> } | null> {
  const request = await db.request.findUnique({ where: { id: requestId }, include: withDecisions })
  if (!request) return null
  const definition = definitionOf(request.profile)
  const owners = definition.owners ?? { groups: [], people: [] }
  const [decider, named, changes] = await Promise.all([
    findDecider(db, viewer, now),
    findNamedPeople(db, request.personId, referencesIn(definition), owners, firstIssuer),
    db.recordEntry.groupBy({
      by: ['actorId'],
      where: { kind: { in: ['catalog.profile.changed', 'catalog.profile.added', 'catalog.change.applied'] }, subjectId: request.profileId, occurredAt: { gte: request.createdAt }, actorId: { not: null } },
    }),
  ])
  const policy = approvalPolicySchema.parse(request.approvalPolicy)
  const profile = { offered: request.profile.offered, longestMinutes: definition.limits.maxDurationMinutes, ...namedInPolicy(definition, named), changedByIds: changes.flatMap(({ actorId }) => actorId ?? []) }
  const holder = { groups: request.person.lastKnownGroups, enabled: request.person.disabledAt === null }
  const requesterBarred = whyNoLongerEligible({ emergency: request.incidentReference !== null, holder, profile: { offered: request.profile.offered, definition } })
  return { request, policy, facts: { request: { ...request, policy }, decider, profile, requesterBarred } }
}
