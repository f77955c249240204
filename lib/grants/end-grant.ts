import { refuse, type Result } from '#lib/config/result.ts'
import type { Transaction } from '#lib/db/client.ts'
import type { Grant } from '#lib/db/generated/client.ts'
import type { JobQueue } from '#lib/jobs/queue.ts'
import { after, minutes } from '#lib/config/clock.ts'
import { tellLater } from '#lib/outbox/tell-later.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { releaseAssignment } from './assignments/assignment.store.ts'
import type { GrantDeps } from './grant-deps.ts'
import { grantTransitions } from './grant-lifecycle.ts'
import { moveGrant } from './move-grant.ts'
import { wantRevocation } from './revocation.store.ts'
import { closeWindow } from './vendor/vendor.store.ts'

type EndDeps = Pick<GrantDeps, 'db' | 'queue' | 'clock'>
type Ending = { reason: 'relinquished' | 'revoked'; actorId?: string; note: string | null }

/**
 * Ends a grant early: by its holder (relinquished), a responder or an admin (revoked, with a reason). No credentials
 * are minted from the second this commits; those already issued are cut off in AWS by a job that exists from then on,
 * and `credentialsDeadAt` is when they die by themselves at the latest; of an assignment in Identity Center: if AWS
 * removed it at once.
 */
export async function endGrant(deps: EndDeps, viewer: Viewer, grantId: string, note: string): Promise<Result<{ credentialsDeadAt: Date }, 'not_found' | 'over' | 'note_missing'>> {
  const grant = await deps.db.grant.findUnique({ where: { id: grantId } })
  const own = grant?.personId === viewer.personId
  if (!grant || (!own && !hasRole(viewer, 'responder', 'admin'))) return refuse('not_found', 'There is no such grant for you to end.')
  if (!own && note.trim().length < 3) return refuse('note_missing', 'Say why you revoke this grant; its holder will read it.')
  const ended = await end(deps, grant, { reason: own ? 'relinquished' : 'revoked', actorId: viewer.personId, note: note.trim().slice(0, 1_000) || null })
  return ended ? { ok: true, credentialsDeadAt: ended } : refuse('over', 'This grant is over already.')
}

/** Ends a grant because its holder or profile no longer qualifies (PRODUCT rule 10); `false` when it was over. */
export async function endGrantAsPortal(deps: EndDeps, grant: Grant, note: string): Promise<boolean> {
  return (await end(deps, grant, { reason: 'revoked', note })) !== undefined
}

async function end({ db, queue, clock }: EndDeps, grant: Grant, ending: Ending): Promise<Date | undefined> {
  const now = clock()
  return db.$transaction(async (tx) => {
    const current = await lock(tx, grant.id)
    if (!grantTransitions[current.state].stop) return undefined
    const released = await releaseAssignment(tx, queue, current.id, now)
    const closing = await closeWindow(tx, current, now, now)
    const deadAt = closing?.live && current.endsAt && current.endsAt > now ? current.endsAt : await credentialsDeadAt(tx, current, now)
    const moved = await moveGrant(
      tx,
      current,
      {
        event: 'stop',
        kind: 'grant.ending',
        actorId: ending.actorId,
        data: {
          endReason: ending.reason,
          endNote: ending.note,
          endedById: ending.actorId ?? null,
          // Of an assignment both are known only when AWS has removed it.
          ...(released ? {} : { mintingStoppedAt: now, credentialsDeadAt: deadAt }),
          ...(current.endsAt === null || current.endsAt > now ? { endsAt: now } : {}),
        },
        facts: { reason: ending.reason, ...(released ? { removal: 'wanted' } : { mintingStoppedAt: now.toISOString(), credentialsDeadAt: deadAt.toISOString() }) },
        personal: { note: ending.note },
      },
      now,
    )
    if (!moved) return undefined
    // Its holder ended it themselves otherwise.
    if (ending.reason === 'revoked') await tellLater(tx, { kind: 'grant.revoked', grantId: current.id, to: { personIds: [current.personId] } }, now)
    if (released) return after(now, minutes(released.sessionMinutes))
    await finishOrSchedule(tx, queue, { ...current, state: 'ending', version: current.version + 1 }, deadAt, now)
    return deadAt
  })
}

/** Reads the grant under a lock that a reveal's own lock waits for: after this, no lease row can slip in. */
async function lock(tx: Transaction, grantId: string): Promise<Grant> {
  await tx.$queryRaw`SELECT id FROM "grant" WHERE id = ${grantId}::uuid FOR UPDATE`
  return tx.grant.findUniqueOrThrow({ where: { id: grantId } })
}

/**
 * The last moment at which any credentials of the grant can work: the latest end of its leases, cut to the grant's
 * original end, from which each session's own policy denies everything. A vendor's sessions, which the portal does not
 * mint, are denied from that end on by the role.
 */
async function credentialsDeadAt(tx: Transaction, grant: Grant, now: Date): Promise<Date> {
  const { _max } = await tx.lease.aggregate({ where: { grantId: grant.id, purpose: { not: 'probe' }, state: { not: 'refused' } }, _max: { mayLiveUntil: true } })
  const last = _max.mayLiveUntil ?? now
  const cut = grant.endsAt && grant.endsAt < last ? grant.endsAt : last
  return cut > now ? cut : now
}

async function finishOrSchedule(tx: Transaction, queue: JobQueue, grant: Grant, deadAt: Date, now: Date): Promise<void> {
  if (deadAt <= now) {
    await moveGrant(tx, grant, { event: 'finish', kind: 'grant.ended', facts: { credentialsDeadAt: deadAt.toISOString() } }, now)
  } else {
    await queue.enqueue(tx, 'grant.end', { grantId: grant.id }, deadAt)
    await wantRevocation(tx, queue, grant, deadAt, now)
  }
}
