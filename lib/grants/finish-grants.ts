import type { Grant } from '#lib/db/generated/client.ts'
import { assignmentAccessOf, releaseAssignment } from './assignments/assignment.store.ts'
import type { GrantDeps } from './grant-deps.ts'
import { type GrantMove, moveGrant } from './move-grant.ts'
import { closeWindow } from './vendor/vendor.store.ts'

type FinishDeps = Pick<GrantDeps, 'db' | 'clock' | 'queue'>

/** Carries out what is due for one grant; nothing when it is too early or already done. */
export async function finishGrant({ db, clock, queue }: FinishDeps, grantId: string): Promise<boolean> {
  const now = clock()
  const grant = await db.grant.findUnique({ where: { id: grantId } })
  if (!grant) return false
  if (grant.state === 'ending') return grant.credentialsDeadAt && grant.credentialsDeadAt <= now ? finish(db, grant, now) : false
  if ((grant.state === 'active' || grant.state === 'activating') && grant.endsAt && grant.endsAt <= now) return (await endAssigned(db, queue, grant, now)) ?? expire(db, grant, now)
  return false
}

/**
 * Ends every grant that is due: the sweep behind the timed jobs, so that a lost or late job changes nothing but the
 * second at which the end is written down. AWS refuses from the end on by itself. Returns how many ended.
 */
export async function finishDueGrants(deps: FinishDeps, batch = 200): Promise<number> {
  const now = deps.clock()
  const due = await deps.db.grant.findMany({
    where: { OR: [{ state: { in: ['active', 'activating'] }, endsAt: { lte: now } }, { state: 'ending', credentialsDeadAt: { lte: now } }] },
    select: { id: true },
    take: batch,
    orderBy: { endsAt: 'asc' },
  })
  let ended = 0
  for (const { id } of due) if (await finishGrant(deps, id)) ended += 1
  return ended
}

/**
 * The end of a grant of Identity Center begins what ends it: AWS has to remove the assignment, and lets sessions live out
 * their time after that. `undefined` where there is nothing to remove.
 */
async function endAssigned(db: FinishDeps['db'], queue: FinishDeps['queue'], grant: Grant, now: Date): Promise<boolean | undefined> {
  if (!assignmentAccessOf(grant)) return undefined
  return db.$transaction(async (tx) => {
    const need = await tx.assignmentNeed.findFirst({ where: { grantId: grant.id, releasedAt: null } })
    if (!need) return undefined
    const moved = await moveGrant(tx, grant, { event: 'stop', kind: 'grant.ending', data: { endReason: 'expired' }, facts: { reason: 'expired', removal: 'wanted' } }, now)
    if (moved) await releaseAssignment(tx, queue, grant.id, now)
    return moved
  })
}

/** At its end a grant stops minting and its credentials die in the same second: each session's policy, or the dated denial of a vendor's role, denies everything from then on. */
async function expire(db: FinishDeps['db'], grant: Grant, now: Date): Promise<boolean> {
  const at = grant.endsAt ?? now
  const move: GrantMove = {
    event: 'expire',
    kind: 'grant.ended',
    data: { endReason: 'expired', mintingStoppedAt: at, credentialsDeadAt: at },
    facts: { reason: 'expired', mintingStoppedAt: at.toISOString(), credentialsDeadAt: at.toISOString() },
  }
  return db.$transaction(async (tx) => {
    const moved = await moveGrant(tx, grant, move, now)
    if (moved) await closeWindow(tx, grant, at, now)
    return moved
  })
}

async function finish(db: FinishDeps['db'], grant: Grant, now: Date): Promise<boolean> {
  const deadAt = grant.credentialsDeadAt ?? now
  return db.$transaction((tx) => moveGrant(tx, grant, { event: 'finish', kind: 'grant.ended', facts: { credentialsDeadAt: deadAt.toISOString() } }, now))
}
