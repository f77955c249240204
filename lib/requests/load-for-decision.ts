import { definitionOf } from '#lib/catalog/definition-of.ts'
import { whyNoLongerEligible } from '#lib/catalog/eligibility.ts'
import type { Database } from '#lib/db/client.ts'
import type { Request } from '#lib/db/generated/client.ts'
import { deciderColumn, type DeciderRows, findNamedPeople, readDecider } from '#lib/people/deciders.queries.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { type ApprovalPolicy, approvalPolicySchema } from './approval-policy.ts'
import type { DecisionFacts } from './decide-decision.ts'
import { namedInPolicy, wantedBy } from './named-in-policy.ts'

type Beside = {
  person: { username: string; lastKnownGroups: string[]; disabledAt: string | null }
  profile: { offered: boolean; excluded: boolean; excludedApproverIds: string[]; definitionHash: string; definition: unknown; account: { id: string; region: string } }
  decisions: { stepIndex: number; personId: string; onBehalfOfId: string | null }[]
}
export type PendingRequest = Request & Beside
/** Times are text in JSON. */
type Texts<Of> = { [Key in keyof Of]: Of[Key] extends Date ? string : Of[Key] extends Date | null ? string | null : Of[Key] }
type Row = Beside & { request: Texts<Request>; decider: DeciderRows; changedByIds: string[] }

/** All that a decision about a request looks at, as the database has it now, in one statement: a crowd may decide at once. */
export async function loadForDecision(
  { db, firstIssuer }: { db: Database; firstIssuer: string },
  viewer: Viewer,
  requestId: string,
  now: Date,
): Promise<{ request: PendingRequest; policy: ApprovalPolicy; facts: Omit<DecisionFacts, 'currentRoleDigest'> } | null> {
  const row = await read(db, viewer, requestId, now)
  if (!row) return null
  const { person, profile } = row
  const request: PendingRequest = { ...withDates(row.request), person, profile, decisions: row.decisions }
  const definition = definitionOf(profile)
  const named = await findNamedPeople(db, request.personId, wantedBy(definition), firstIssuer)
  const policy = approvalPolicySchema.parse(request.approvalPolicy)
  const holder = { groups: person.lastKnownGroups, enabled: person.disabledAt === null, excluded: profile.excluded }
  const requesterBarred = whyNoLongerEligible({ emergency: request.incidentReference !== null, holder, profile: { offered: profile.offered, definition } })
  const profileFacts = { offered: profile.offered, longestMinutes: definition.limits.maxDurationMinutes, ...namedInPolicy(definition, named), changedByIds: row.changedByIds, excludedApproverIds: profile.excludedApproverIds }
  return { request, policy, facts: { request: { ...request, policy }, decider: readDecider(viewer, row.decider), profile: profileFacts, requesterBarred } }
}

function withDates(request: Texts<Request>): Request {
  const { createdAt, lapsesAt, stepSince, settledAt, startsAt, escalatesAt } = request
  const orNull = (time: string | null): Date | null => (time === null ? null : new Date(time))
  return { ...request, createdAt: new Date(createdAt), lapsesAt: new Date(lapsesAt), stepSince: new Date(stepSince), settledAt: orNull(settledAt), startsAt: orNull(startsAt), escalatesAt: orNull(escalatesAt) }
}

async function read(db: Database, viewer: Viewer, requestId: string, now: Date): Promise<Row | undefined> {
  const [row] = await db.$queryRaw<Row[]>`
    SELECT to_jsonb(request) AS request,
      jsonb_build_object('username', person.username, 'lastKnownGroups', person."lastKnownGroups", 'disabledAt', person."disabledAt") AS person,
      jsonb_build_object('offered', profile.offered, 'definitionHash', profile."definitionHash", 'definition', profile.definition, 'excluded', request."personId" = ANY (profile."excludedPersonIds"), 'excludedApproverIds', profile."excludedApproverIds", 'account', jsonb_build_object('id', account.id, 'region', account.region)) AS profile,
      coalesce((SELECT jsonb_agg(jsonb_build_object('stepIndex', "stepIndex", 'personId', "personId", 'onBehalfOfId', "onBehalfOfId")) FROM decision WHERE "requestId" = request.id), '[]') AS decisions,
      ${deciderColumn(viewer.personId, now)} AS decider,
      ARRAY(
        SELECT DISTINCT "actorId"::text FROM record_entry
        WHERE kind IN ('catalog.profile.changed', 'catalog.profile.added', 'catalog.change.applied') AND "subjectId" = request."profileId" AND "occurredAt" >= request."createdAt" AND "actorId" IS NOT NULL
      ) AS "changedByIds"
    FROM "request" request
    JOIN person ON person.id = request."personId"
    JOIN access_profile profile ON profile.id = request."profileId"
    JOIN account ON account.id = profile."accountId"
    WHERE request.id = ${requestId}::uuid`
  return row
}
