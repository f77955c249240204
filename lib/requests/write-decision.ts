import type { Database } from '#lib/db/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { newId } from '#lib/db/new-id.ts'
import { toldInsert } from '#lib/outbox/tell-later.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import type { NewEntry } from '#lib/record/append-entry.ts'
import { type AppliedStep, type ApprovalPolicy, stepColumns } from './approval-policy.ts'
import { bringAbout, type CarryOut } from './bring-about.ts'
import type { DecisionInput, DecisionOutcome } from './decide-decision.ts'
import type { PendingRequest } from './load-for-decision.ts'

type Writing = { request: PendingRequest; policy: ApprovalPolicy; decision: DecisionOutcome; viewer: Viewer; input: DecisionInput; now: Date }

/**
 * Writes a decision that was found right, with its record entries, whom it is told, and what an approval brings about:
 * `false`, and nothing written, when the request moved since
 * it was read or, for an approval, its profile did.
 */
export async function writeDecision(db: Database, { carryOut }: { carryOut: CarryOut }, writing: Writing): Promise<boolean> {
  const { request, policy, decision, input, now } = writing
  const step = decision.stepIndex === request.stepIndex ? undefined : policy.steps[decision.stepIndex]
  const told = toldOf(writing, step)
  const approved = decision.next === 'approved' ? carryOut({ ...request, roleDigest: input.roleDigest }, now) : { entries: [] }
  return bringAbout(db, moveOf(writing, step), { entries: [entryOf(writing)], inserts: [decisionInsert(writing), ...(told ? [told] : [])] }, approved)
}

/** What is approved is the profile that was shown: it is held still until this commits. */
function moveOf({ request, decision, input, now }: Writing, step: AppliedStep | undefined): Prisma.Sql {
  const at = step ? stepColumns(step, now) : request
  const settledAt = decision.next === 'pending' ? null : now
  const asShown = input.verdict === 'approve' ? Prisma.sql`AND EXISTS (SELECT FROM access_profile WHERE id = ${request.profileId} AND "definitionHash" = ${request.profile.definitionHash} AND offered FOR SHARE)` : Prisma.empty
  return Prisma.sql`
    UPDATE "request" SET state = ${decision.next}::"RequestState", version = version + 1, "settledAt" = ${settledAt}::timestamptz, "stepIndex" = ${decision.stepIndex}::integer, "stepSince" = ${at.stepSince}::timestamptz,
      "approverGroups" = ${at.approverGroups}::text[], "approverIds" = ${at.approverIds}::uuid[], "escalatesAt" = ${at.escalatesAt}::timestamptz
    WHERE id = ${request.id}::uuid AND state = 'pending' AND version = ${request.version}::integer AND "lapsesAt" > ${now}::timestamptz ${asShown}
    RETURNING id`
}

function decisionInsert({ decision, viewer, input, now }: Writing): Prisma.Sql {
  return Prisma.sql`
    decided AS (
      INSERT INTO decision (id, "requestId", "stepIndex", "personId", "onBehalfOfId", verdict, reason, "entitledBy", "roleDigest", "decidedAt")
      SELECT ${newId()}::uuid, id, ${decision.decidedStep}::integer, ${viewer.personId}::uuid, ${decision.onBehalfOfId}::uuid, ${input.verdict}::"Verdict", ${input.reason || null}::text,
        ${decision.entitledBy}, ${input.roleDigest}::text, ${now}::timestamptz
      FROM change
    )`
}

function entryOf({ request, decision, viewer, input, now }: Writing): NewEntry {
  return {
    kind: input.verdict === 'deny' ? 'request.denied' : decision.next === 'pending' ? 'request.step.approved' : 'request.approved',
    occurredAt: now,
    actorId: viewer.personId,
    subjectId: request.profileId,
    requestId: request.id,
    facts: { code: request.code, step: decision.decidedStep, entitledBy: decision.entitledBy, onBehalfOf: decision.onBehalfOfId, before: 'pending', after: decision.next, roleDigest: input.roleDigest },
    personal: { reason: input.reason || null },
  }
}

/** The requester is told what was decided; who is asked next, what waits for them. */
function toldOf({ request, decision, viewer, input, now }: Writing, step: AppliedStep | undefined): Prisma.Sql | undefined {
  if (decision.next !== 'pending') return toldInsert({ kind: 'request.decided', requestId: request.id, to: { personIds: [request.personId] }, facts: { verdict: input.verdict } }, now)
  if (!step) return undefined
  const heard = request.decisions.map(({ personId }) => personId)
  return toldInsert({ kind: 'request.waiting', requestId: request.id, to: { groups: step.groups, personIds: step.personIds }, notTo: [request.personId, viewer.personId, ...heard] }, now)
}
