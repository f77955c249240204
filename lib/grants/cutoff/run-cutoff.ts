import { after, minutes, seconds } from '#lib/config/clock.ts'
import { decideRevocation, keptUntil, nextAttempt, spreadsWithinMs } from '../decide-revocation.ts'
import type { GrantDeps } from '../grant-deps.ts'
import { unconfigured } from '../revoke-grant.ts'
import { withRoleLock } from '../role-lock.ts'
import { claimCutoff, type ClaimedCutoff, noteCutoff } from './cutoff.store.ts'
import { cutoffOf } from './decide-cutoff.ts'
import { probeCutoff } from './probe-cutoff.ts'

const busyPauseMs = seconds(1)
const prunePauseMs = minutes(1)

/**
 * The job that cuts off everybody in a role: writes the denial, shows by a pair of probes that it works and that new
 * credentials do, and takes it away once the longest session from before has died. Goes step by step like `revokeGrant`:
 * each may be done twice, and what could not be done is noted with its reason and done again. Nothing when it is not due,
 * or another process is at it.
 */
export async function runCutoff(deps: GrantDeps, id: string): Promise<void> {
  const claimed = await claimCutoff(deps.db, id, deps.clock())
  if (!claimed) return
  switch (decideRevocation(claimed, deps.clock())) {
    case 'write':
      return write(deps, claimed)
    case 'confirm':
      return confirm(deps, claimed)
    case 'prune':
      return prune(deps, claimed)
    case 'nothing':
      await noteCutoff(deps.db, claimed, { data: { nextAttemptAt: keptUntil(claimed) } }, deps.clock())
  }
}

async function write(deps: GrantDeps, claimed: ClaimedCutoff): Promise<void> {
  const { revoker } = deps
  const { id, roleArn, cutAt } = claimed
  const written = revoker ? await withRoleLock(deps, roleArn, () => revoker.cutOff(roleArn, cutoffOf(claimed), deps.clock())) : { ok: false as const, ...unconfigured }
  const now = deps.clock()
  if (!written) return comeBack(deps, claimed, now)
  if (!written.ok) return fail(deps, claimed, written, now)
  // A control session of the same second as the cutoff would be denied too.
  const nextAttemptAt = cutAt > now ? cutAt : now
  const data = { state: 'written' as const, writtenAt: now, attempts: 0, nextAttemptAt, failureCode: null, failureMessage: null }
  if (await noteCutoff(deps.db, claimed, { data, kind: 'role.cutoff.written', facts: { policy: written.policyName, pruned: written.pruned } }, now)) await runCutoff(deps, id)
}

/** Said once for each reason. */
async function fail(deps: GrantDeps, claimed: ClaimedCutoff, { awsCode, message }: { awsCode: string; message: string }, now: Date): Promise<void> {
  const news = claimed.state !== 'failed' || claimed.failureCode !== awsCode
  const data = { state: 'failed' as const, attempts: claimed.attempts + 1, failureCode: awsCode, failureMessage: message.slice(0, 500), nextAttemptAt: nextAttempt(claimed, claimed.attempts, now) }
  await noteCutoff(deps.db, claimed, { data, ...(news ? { kind: 'role.cutoff.failed', facts: { awsCode } } : {}) }, now)
}

async function confirm(deps: GrantDeps, claimed: ClaimedCutoff): Promise<void> {
  const probe = await probeCutoff(deps, claimed)
  const now = deps.clock()
  if (probe.denied) {
    const data = { state: 'confirmed' as const, confirmedAt: now, failureCode: null, failureMessage: null, nextAttemptAt: keptUntil(claimed) }
    await noteCutoff(deps.db, claimed, { data, kind: 'role.cutoff.confirmed', facts: { denied: probe.call, control: 'allowed' } }, now)
    return
  }
  const overdue = claimed.writtenAt !== null && now >= after(claimed.writtenAt, spreadsWithinMs)
  const news = overdue && claimed.state === 'written'
  const data = { attempts: claimed.attempts + 1, failureCode: probe.code, failureMessage: probe.message.slice(0, 500), nextAttemptAt: nextAttempt(claimed, claimed.attempts, now), ...(overdue ? { state: 'unconfirmed' as const } : {}) }
  await noteCutoff(deps.db, claimed, { data, ...(news ? { kind: 'role.cutoff.unconfirmed', facts: { why: probe.code } } : {}) }, now)
}

/** Only denials that Latchkey wrote and whose credentials have died; also where nothing is known to be written. */
async function prune(deps: GrantDeps, claimed: ClaimedCutoff): Promise<void> {
  const { revoker } = deps
  const pruned = revoker ? await withRoleLock(deps, claimed.roleArn, () => revoker.prune(claimed.roleArn, deps.clock())) : { ok: true as const, removed: [] }
  const now = deps.clock()
  if (!pruned) return comeBack(deps, claimed, now)
  // A role that is gone has no policies left.
  const done = pruned.ok || pruned.code === 'not_found'
  if (!done) return void (await noteCutoff(deps.db, claimed, { data: { attempts: claimed.attempts + 1, nextAttemptAt: after(now, prunePauseMs) } }, now))
  await noteCutoff(deps.db, claimed, { data: { closedAt: now, nextAttemptAt: now }, kind: 'role.cutoff.closed', facts: { removed: pruned.ok ? pruned.removed : [] } }, now)
}

/** Somebody else writes to the role at this moment; it takes a second or so. */
async function comeBack(deps: GrantDeps, claimed: ClaimedCutoff, now: Date): Promise<void> {
  await noteCutoff(deps.db, claimed, { data: { nextAttemptAt: after(now, busyPauseMs) } }, now)
}
