import type { AwsResult } from '#lib/aws/aws-failure.ts'
import type { Revoker } from '#lib/aws/revoker.ts'
import { after, minutes, seconds } from '#lib/config/clock.ts'
import type { Revocation } from '#lib/db/generated/client.ts'
import type { Json } from '#lib/record/canonical-json.ts'
import { decideRevocation, keptUntil, nextAttempt, spreadsWithinMs } from './decide-revocation.ts'
import type { GrantDeps } from './grant-deps.ts'
import type { Probe } from './probe-revocation.ts'
import { withRoleLock } from './role-lock.ts'

const busyPauseMs = seconds(1)
const prunePauseMs = minutes(1)

/** No revoker is configured: a state of its own, since trying helps only after somebody configured one. */
const unconfigured = { awsCode: 'not_configured', message: 'No identity is configured that may write to roles (LATCHKEY_REVOKER_ROLE_ARN).' }

/** A denial on a role, of one grant's sessions or of everybody's, as the process that claimed it read it. */
export type Denial = Pick<Revocation, 'roleArn' | 'state' | 'until' | 'writtenAt' | 'closedAt' | 'attempts' | 'failureCode'>

/** What a step brought, written while the claim is held; `event` is the last word of its record entry, where it has one. */
export type DenialNote = {
  data: Partial<Pick<Revocation, 'state' | 'writtenAt' | 'confirmedAt' | 'closedAt' | 'attempts' | 'failureCode' | 'failureMessage'>> & { nextAttemptAt: Date }
  event?: 'written' | 'failed' | 'confirmed' | 'unconfirmed' | 'closed'
  facts?: { readonly [key: string]: Json }
}

export type DenialJob = {
  denial: Denial
  write: (revoker: Revoker, now: Date) => Promise<AwsResult<{ policyName: string; pruned: string[] }>>
  probe: () => Promise<Probe>
  /** From when on a probe can show something; at once when that has passed. */
  provableFrom?: Date
  /** One transaction; `false`, and nothing written, when the claim lapsed and another process took over. */
  note: (note: DenialNote, now: Date) => Promise<boolean>
}

/**
 * Does the next step of a denial: writes it to the role, shows by a pair of probes that it works, and takes it away once
 * the credentials it is for have died. Each step is one that may be done twice; what could not be done is noted with its
 * reason and done again until they die by themselves. True when the step after it is due at once.
 */
export async function stepDenial(deps: GrantDeps, job: DenialJob): Promise<boolean> {
  switch (decideRevocation(job.denial, deps.clock())) {
    case 'write':
      return write(deps, job)
    case 'confirm':
      await confirm(deps, job)
      return false
    case 'prune':
      await prune(deps, job)
      return false
    case 'nothing':
      await job.note({ data: { nextAttemptAt: keptUntil(job.denial) } }, deps.clock())
      return false
  }
}

async function write(deps: GrantDeps, job: DenialJob): Promise<boolean> {
  const { revoker } = deps
  const { roleArn } = job.denial
  const written = revoker ? await withRoleLock(deps, roleArn, () => job.write(revoker, deps.clock())) : { ok: false as const, ...unconfigured }
  const now = deps.clock()
  if (!written) return comeBack(job, now)
  if (!written.ok) return fail(job, written, now)
  const nextAttemptAt = job.provableFrom && job.provableFrom > now ? job.provableFrom : now
  return job.note({ data: { state: 'written', writtenAt: now, attempts: 0, nextAttemptAt, failureCode: null, failureMessage: null }, event: 'written', facts: { roleArn, policy: written.policyName, pruned: written.pruned } }, now)
}

/** Said once for each reason: the record is no log of tries. */
async function fail({ denial, note }: DenialJob, { awsCode, message }: { awsCode: string; message: string }, now: Date): Promise<false> {
  const news = denial.state !== 'failed' || denial.failureCode !== awsCode
  const data = { state: 'failed' as const, attempts: denial.attempts + 1, failureCode: awsCode, failureMessage: message.slice(0, 500), nextAttemptAt: nextAttempt(denial, denial.attempts, now) }
  await note({ data, ...(news ? { event: 'failed', facts: { awsCode } } : {}) }, now)
  return false
}

async function confirm(deps: GrantDeps, { denial, note, probe }: DenialJob): Promise<void> {
  const shown = await probe()
  const now = deps.clock()
  if (shown.denied) {
    const data = { state: 'confirmed' as const, confirmedAt: now, failureCode: null, failureMessage: null, nextAttemptAt: keptUntil(denial) }
    return void (await note({ data, event: 'confirmed', facts: { denied: shown.call, control: 'allowed' } }, now))
  }
  const overdue = denial.writtenAt !== null && now >= after(denial.writtenAt, spreadsWithinMs)
  const news = overdue && denial.state === 'written'
  const data = { attempts: denial.attempts + 1, failureCode: shown.code, failureMessage: shown.message.slice(0, 500), nextAttemptAt: nextAttempt(denial, denial.attempts, now), ...(overdue ? { state: 'unconfirmed' as const } : {}) }
  await note({ data, ...(news ? { event: 'unconfirmed', facts: { why: shown.code } } : {}) }, now)
}

/** Only denials that Latchkey wrote and whose credentials have died; also where nothing is known to be written: a process may have died between AWS and the note. */
async function prune(deps: GrantDeps, { denial, note }: DenialJob): Promise<void> {
  const { revoker } = deps
  const pruned = revoker ? await withRoleLock(deps, denial.roleArn, () => revoker.prune(denial.roleArn, deps.clock())) : { ok: true as const, removed: [] }
  const now = deps.clock()
  if (!pruned) return void (await comeBack({ note }, now))
  // A role that is gone has no policies left.
  if (!pruned.ok && pruned.code !== 'not_found') return void (await note({ data: { attempts: denial.attempts + 1, nextAttemptAt: after(now, prunePauseMs) } }, now))
  await note({ data: { closedAt: now, nextAttemptAt: now }, event: 'closed', facts: { removed: pruned.ok ? pruned.removed : [] } }, now)
}

/** Somebody else writes to the role at this moment; it takes a second or so. */
async function comeBack({ note }: Pick<DenialJob, 'note'>, now: Date): Promise<false> {
  await note({ data: { nextAttemptAt: after(now, busyPauseMs) } }, now)
  return false
}
