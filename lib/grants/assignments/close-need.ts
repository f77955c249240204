import type { Transaction } from '#lib/db/client.ts'
import type { AccountAssignment, Grant } from '#lib/db/generated/client.ts'
import type { JobQueue } from '#lib/jobs/queue.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { moveGrant } from '../move-grant.ts'
import { assignmentEntry, type OpenNeed } from './assignment.store.ts'
import { mayLiveUntil } from './decide-assignment-step.ts'

/** `removed`: AWS has it no more. `shared`: another grant needs it. `outside`: it is not the portal's to take away. */
export type Closing = { how: 'removed' | 'shared' | 'outside'; stoppedAt: Date; sessions: boolean; sharedWith?: Grant }

/**
 * Nothing is left to do in AWS for a grant that is over. Both its facts get their times: no new sessions since
 * `stoppedAt`, and issued credentials dead when the last session it may have opened has lived out its time.
 */
export async function closeNeed(tx: Transaction, queue: JobQueue, { permissionSetArn, sessionMinutes }: AccountAssignment, { grant }: OpenNeed, { how, stoppedAt, sessions, sharedWith }: Closing, now: Date): Promise<void> {
  const deadAt = sessions ? mayLiveUntil(stoppedAt, sessionMinutes) : stoppedAt
  await tx.assignmentNeed.update({ where: { grantId: grant.id }, data: { closedAt: now, lastSessionDiesAt: deadAt, sharedWithId: sharedWith?.id ?? null } })
  const facts = { permissionSetArn, stoppedAt: stoppedAt.toISOString(), lastSessionDiesAt: deadAt.toISOString(), ...(sharedWith && { goesOnUnder: sharedWith.code }), ...(how === 'outside' && { outside: true }) }
  // Of what AWS never had there is nothing to say.
  if (sessions || how !== 'removed') await appendEntry(tx, assignmentEntry(grant, how === 'removed' ? 'grant.assignment.removed' : 'grant.assignment.kept', now, facts))
  const { count } = await tx.grant.updateMany({ where: { id: grant.id, state: 'ending', mintingStoppedAt: null }, data: { mintingStoppedAt: stoppedAt, credentialsDeadAt: deadAt } })
  if (count !== 1) return
  if (deadAt > now) await queue.enqueue(tx, 'grant.end', { grantId: grant.id }, deadAt)
  else await moveGrant(tx, grant, { event: 'finish', kind: 'grant.ended', facts: { credentialsDeadAt: deadAt.toISOString() } }, now)
}
