import { refuse, type Result } from '#lib/config/result.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import { newId } from '#lib/db/new-id.ts'
import { samePersonIds } from '#lib/people/deciders.queries.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { decideForgetting, type ForgettingCode } from './decide-forgetting.ts'
import { lockForgetting } from './legal-holds.ts'

/** What stands where words were. */
export const noLongerKept = 'No longer kept'

/**
 * Deletes somebody's personal data for good: the values and salts behind the record's commitments to what they did, said
 * and asked, and to what others said of their requests, and the same in the tables beside it. The chain still verifies.
 * Entries, times, accounts and decisions stay, under a person without a name. CloudTrail's events are AWS's: they go with
 * their own retention.
 */
export async function forgetPerson(db: Database, viewer: Viewer, personId: string, reason: string, now: Date): Promise<Result<{ values: number }, ForgettingCode>> {
  return db.$transaction(async (tx): Promise<Result<{ values: number }, ForgettingCode>> => {
    await lockForgetting(tx)
    const decided = decideForgetting({ admin: hasRole(viewer, 'admin'), reason, ...(await factsOf(tx, viewer, personId)) })
    if (!decided.ok) return decided
    const values = await forgetCommitments(tx, personId)
    await forgetRows(tx, personId)
    const { count } = await tx.person.updateMany({
      where: { id: personId, disabledAt: { not: null }, forgotten: null },
      data: { subject: `forgotten:${personId}`, displayName: 'Somebody forgotten', username: `forgotten-${personId.slice(-8)}`, email: null, lastKnownGroups: [], managerId: null, managerSource: null, managerReference: null, personClaim: null },
    })
    if (count !== 1) return refuse('forgotten', 'This person changed meanwhile.', 'Reload the page.')
    await tx.forgetting.create({ data: { id: newId(), personId, wantedById: viewer.personId, forgottenAt: now, values } })
    await appendEntry(tx, { kind: 'person.forgotten', occurredAt: now, actorId: viewer.personId, subjectId: personId, facts: { values }, personal: { reason: decided.reason } })
    return { ok: true, values }
  }, { timeout: 60_000 })
}

async function factsOf(tx: Transaction, viewer: Viewer, personId: string) {
  const person = await tx.person.findUnique({ where: { id: personId }, include: { forgotten: { select: { id: true } } } })
  const own = [viewer.personId, ...(await samePersonIds(tx, viewer.personId))].includes(personId)
  const [grants, requests, hold] = await Promise.all([
    tx.grant.count({ where: { personId, state: { in: ['scheduled', 'activating', 'active', 'ending'] } } }),
    tx.request.count({ where: { personId, state: 'pending' } }),
    tx.legalHold.findFirst({ where: { releasedAt: null, OR: [{ personId }, { personId: null }] }, select: { id: true } }),
  ])
  return { person: person && { name: person.displayName, own, switchedOff: person.disabledAt !== null, forgotten: person.forgotten !== null }, accessLeft: grants + requests, held: hold !== null }
}

/** Entries that are about a person: what they did, what was done with their requests, and what was done to them. */
async function forgetCommitments(tx: Transaction, personId: string): Promise<number> {
  return tx.$executeRaw`
    DELETE FROM record_commitment WHERE "entryId" IN (
      SELECT id FROM record_entry WHERE "actorId" = ${personId}::uuid
      UNION SELECT e.id FROM record_entry e JOIN request r ON r.id = e."requestId" WHERE r."personId" = ${personId}::uuid
      UNION SELECT id FROM record_entry WHERE "subjectId" = ${personId}
    )`
}

async function forgetRows(tx: Transaction, personId: string): Promise<void> {
  await tx.request.updateMany({ where: { personId }, data: { justification: noLongerKept, ticketReference: null } })
  await tx.request.updateMany({ where: { personId, incidentReference: { not: null } }, data: { incidentReference: noLongerKept } })
  await tx.decision.updateMany({ where: { OR: [{ personId }, { request: { personId } }] }, data: { reason: null } })
  await tx.emergencyReview.updateMany({ where: { OR: [{ reviewedById: personId }, { request: { personId } }], note: { not: null } }, data: { note: noLongerKept } })
  await tx.grant.updateMany({ where: { OR: [{ personId }, { endedById: personId }], endNote: { not: null } }, data: { endNote: noLongerKept } })
  await tx.delegation.updateMany({ where: { OR: [{ fromId: personId }, { toId: personId }] }, data: { reason: noLongerKept } })
  await tx.suppression.updateMany({ where: { OR: [{ personId }, { createdById: personId }] }, data: { reason: noLongerKept } })
  await tx.roleCutoff.updateMany({ where: { wantedById: personId }, data: { reason: noLongerKept } })
  await tx.catalogChange.updateMany({ where: { proposerId: personId }, data: { reason: null } })
  // Files that are kept may hold their words: they go within the minute. Those that are being made begin anew.
  const longAgo = new Date(0)
  await tx.exportJob.updateMany({ where: { state: 'done' }, data: { expiresAt: longAgo } })
  await tx.exportJob.updateMany({ where: { state: 'running' }, data: { claim: { increment: 1 }, cursor: null, beatAt: longAgo } })
  await tx.signIn.updateMany({ where: { personId }, data: { providerSubject: '', providerSessionId: null, groups: [] } })
  // Their words and networks; what was found, and when, stays.
  await tx.finding.updateMany({ where: { grant: { personId } }, data: { summary: noLongerKept } })
  await tx.finding.updateMany({ where: { grant: { personId }, closedReason: { not: null } }, data: { closedReason: noLongerKept } })
}
