import type { Database, Transaction } from '#lib/db/client.ts'
import type { Request } from '#lib/db/generated/client.ts'
import { tellLater } from '#lib/outbox/tell-later.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { approvalPolicySchema, groupsOfStep } from './approval-policy.ts'

/**
 * Shows requests that nobody decided in time to the groups their step escalates to, and tells them, once; returns how
 * many. That they may decide follows from the time alone, so a late run hides a request from them and permits nothing.
 * Safe to run by several processes at once.
 */
export async function escalateRequests(db: Database, now: Date, batch = 200): Promise<number> {
  const due = await db.request.findMany({ where: { state: 'pending', escalatesAt: { lte: now } }, take: batch, orderBy: { escalatesAt: 'asc' } })
  let escalated = 0
  for (const request of due) escalated += (await db.$transaction((tx) => escalate(tx, request, now))) ? 1 : 0
  return escalated
}

async function escalate(tx: Transaction, request: Request, now: Date): Promise<boolean> {
  const step = approvalPolicySchema.parse(request.approvalPolicy).steps[request.stepIndex]
  const groups = step?.escalation?.groups ?? []
  const { count } = await tx.request.updateMany({
    where: { id: request.id, state: 'pending', version: request.version },
    data: { escalatesAt: null, approverGroups: step ? [...groupsOfStep(step, request.stepSince, now)] : request.approverGroups, version: { increment: 1 } },
  })
  if (count !== 1) return false
  await appendEntry(tx, {
    kind: 'request.escalated',
    occurredAt: now,
    subjectId: request.profileId,
    requestId: request.id,
    facts: { code: request.code, step: request.stepIndex, groups, afterMinutes: step?.escalation?.afterMinutes ?? 0 },
  })
  const decided = await tx.decision.findMany({ where: { requestId: request.id }, select: { personId: true } })
  const notTo = [request.personId, ...decided.map(({ personId }) => personId)]
  await tellLater(tx, { kind: 'request.waiting', requestId: request.id, to: { groups }, notTo, facts: { escalatedAfterMinutes: step?.escalation?.afterMinutes ?? 0 } }, now)
  return true
}
