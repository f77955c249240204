import { after, minutes, seconds } from '#lib/config/clock.ts'
import { decideRevocation, keptUntil, nextAttempt, spreadsWithinMs } from './decide-revocation.ts'
import type { GrantDeps } from './grant-deps.ts'
import { moveGrant } from './move-grant.ts'
import { probeRevocation } from './probe-revocation.ts'
import { claimRevocation, type ClaimedRevocation, noteRevocation } from './revocation.store.ts'
import { withRoleLock } from './role-lock.ts'

const busyPauseMs = seconds(1)
const prunePauseMs = minutes(1)

/** No revoker is configured: a state of its own, since trying helps only after somebody configured one. */
export const unconfigured = { awsCode: 'not_configured', message: 'No identity is configured that may write to roles (LATCHKEY_REVOKER_ROLE_ARN).' }

/**
 * The job that cuts off the credentials of a grant that ended early: writes the denial of its sessions to the role, shows
 * by a pair of probes that it works, and takes it away once the credentials have died. Each step is one that may be done
 * twice; what could not be done is noted with its reason and done again until the last lease dies by itself. Nothing when
 * it is not due, or another process is at it.
 */
export async function revokeGrant(deps: GrantDeps, grantId: string): Promise<void> {
  const claimed = await claimRevocation(deps.db, grantId, deps.clock())
  if (!claimed) return
  switch (decideRevocation(claimed, deps.clock())) {
    case 'write':
      return write(deps, claimed)
    case 'confirm':
      return confirm(deps, claimed)
    case 'prune':
      return prune(deps, claimed)
    case 'nothing':
      await noteRevocation(deps.db, claimed, { data: { nextAttemptAt: keptUntil(claimed) } }, deps.clock())
  }
}

async function write(deps: GrantDeps, claimed: ClaimedRevocation): Promise<void> {
  const { roleArn, userId } = claimed
  const { revoker } = deps
  const written = revoker ? await withRoleLock(deps, roleArn, () => revoker.revoke(roleArn, { userId, until: keptUntil(claimed) }, deps.clock())) : { ok: false as const, ...unconfigured }
  const now = deps.clock()
  if (!written) return comeBack(deps, claimed, now)
  if (!written.ok) return fail(deps, claimed, written, now)
  const noted = await deps.db.$transaction((tx) =>
    noteRevocation(
      tx,
      claimed,
      {
        data: { state: 'written', writtenAt: now, attempts: 0, nextAttemptAt: now, failureCode: null, failureMessage: null },
        kind: 'grant.revocation.written',
        facts: { roleArn, policy: written.policyName, pruned: written.pruned },
      },
      now,
    ),
  )
  if (noted) await revokeGrant(deps, claimed.grantId)
}

/** Said once for each reason: the record is no log of tries. */
async function fail(deps: GrantDeps, claimed: ClaimedRevocation, { awsCode, message }: { awsCode: string; message: string }, now: Date): Promise<void> {
  const failureMessage = message.slice(0, 500)
  const news = claimed.state !== 'failed' || claimed.failureCode !== awsCode
  await deps.db.$transaction((tx) =>
    noteRevocation(
      tx,
      claimed,
      {
        data: { state: 'failed', attempts: claimed.attempts + 1, failureCode: awsCode, failureMessage, nextAttemptAt: nextAttempt(claimed, claimed.attempts, now) },
        ...(news ? { kind: 'grant.revocation.failed', facts: { awsCode } } : {}),
      },
      now,
    ),
  )
}

async function confirm(deps: GrantDeps, claimed: ClaimedRevocation): Promise<void> {
  const probe = await probeRevocation(deps, claimed)
  const now = deps.clock()
  if (probe.denied) return dead(deps, claimed, probe.call, now)
  const overdue = claimed.writtenAt !== null && now >= after(claimed.writtenAt, spreadsWithinMs)
  const news = overdue && claimed.state === 'written'
  await deps.db.$transaction((tx) =>
    noteRevocation(
      tx,
      claimed,
      {
        data: { attempts: claimed.attempts + 1, failureCode: probe.code, failureMessage: probe.message.slice(0, 500), nextAttemptAt: nextAttempt(claimed, claimed.attempts, now), ...(overdue ? { state: 'unconfirmed' } : {}) },
        ...(news ? { kind: 'grant.revocation.unconfirmed', facts: { why: probe.code } } : {}),
      },
      now,
    ),
  )
}

/** AWS denies the grant's sessions: its second fact has come, earlier than by itself, and the grant is over. */
async function dead(deps: GrantDeps, claimed: ClaimedRevocation, call: string, now: Date): Promise<void> {
  await deps.db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM "grant" WHERE id = ${claimed.grantId}::uuid FOR UPDATE`
    const grant = await tx.grant.findUniqueOrThrow({ where: { id: claimed.grantId } })
    const noted = await noteRevocation(
      tx,
      claimed,
      {
        data: { state: 'confirmed', confirmedAt: now, failureCode: null, failureMessage: null, nextAttemptAt: keptUntil(claimed) },
        kind: 'grant.revocation.confirmed',
        facts: { denied: call, control: 'allowed' },
      },
      now,
    )
    if (!noted || grant.state !== 'ending' || (grant.credentialsDeadAt && grant.credentialsDeadAt <= now)) return
    await moveGrant(tx, grant, { event: 'finish', kind: 'grant.ended', data: { credentialsDeadAt: now }, facts: { credentialsDeadAt: now.toISOString(), confirmed: true } }, now)
  })
}

/** Takes away what is no longer needed on the role: only denials that Latchkey wrote and whose credentials have died. */
async function prune(deps: GrantDeps, claimed: ClaimedRevocation): Promise<void> {
  const { revoker } = deps
  const nothing = { ok: true as const, removed: [] }
  // Also where nothing is known to be written: a process may have died between AWS and the note.
  const pruned = revoker ? await withRoleLock(deps, claimed.roleArn, () => revoker.prune(claimed.roleArn, deps.clock())) : nothing
  const now = deps.clock()
  if (!pruned) return comeBack(deps, claimed, now)
  // A role that is gone has no policies left.
  const done = pruned.ok || pruned.code === 'not_found'
  await deps.db.$transaction((tx) =>
    noteRevocation(
      tx,
      claimed,
      done
        ? { data: { closedAt: now, nextAttemptAt: now }, kind: 'grant.revocation.closed', facts: { removed: pruned.ok ? pruned.removed : [] } }
        : { data: { attempts: claimed.attempts + 1, nextAttemptAt: after(now, prunePauseMs) } },
      now,
    ),
  )
}

/** Somebody else writes to the role at this moment; it takes a second or so. */
async function comeBack(deps: GrantDeps, claimed: ClaimedRevocation, now: Date): Promise<void> {
  await noteRevocation(deps.db, claimed, { data: { nextAttemptAt: after(now, busyPauseMs) } }, now)
}
