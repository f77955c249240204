import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { LeaseCredentials } from '#lib/aws/issuer.ts'
import { tryOutsideCall } from '#lib/aws/outside-call.ts'
import type { Prover } from '#lib/aws/proof-call.ts'
import type { Mintable } from '#lib/catalog/access-kinds.ts'
import type { CatalogAccount } from '#lib/catalog/catalog-schema.ts'
import { partitionOf } from '#lib/catalog/role-arn.ts'
import { after, minutes, seconds } from '#lib/config/clock.ts'
import { composeSessionPolicy } from '#lib/grants/session-policy.ts'
import type { DoctorDeps } from './doctor-deps.ts'

export type ProofStep = { step: string; ok: boolean; at: string; tookMs: number; detail: string }
export type ProofReport = { profile: string; roleArn: string; testPerson: string; startedAt: string; endedAt: string; passed: boolean; steps: ProofStep[] }

/** How long the shortest access lives, how long IAM may take to spread a revocation, and the pause between two looks. Milliseconds. */
export type ProofPace = { endsAfterMs: number; patienceMs: number; lookEveryMs: number }
const realPace: ProofPace = { endsAfterMs: seconds(10), patienceMs: minutes(3), lookEveryMs: 1_000 }

type ProofDeps = Pick<DoctorDeps, 'issuer' | 'revoker' | 'roleReader' | 'clock' | 'config'> & { prover: Prover; pace?: Partial<ProofPace> }
type Outcome = { ok: boolean; detail: string }
type Session = { credentials: LeaseCredentials; userId: string }
/** A profile that credentials are minted of. */
export type Provable = Mintable & { id: string }
type Bench = ProofDeps & { profile: Provable; account: CatalogAccount; roleArn: string; code: string; pace: ProofPace; steps: ProofStep[] }

/**
 * Tests and validates one profile against the account as it is: a marked test person gets credentials as a grant's holder
 * would; its harmless call must be allowed and a call outside denied; revoked, its session must be denied while a control
 * session goes on; access that ends must be denied from its end on by AWS itself. Whatever happens, the revocation is
 * taken back at the end: the test person's credentials were never written down, and deny everything minutes later.
 */
export async function proveProfile(deps: ProofDeps, profile: Provable, account: CatalogAccount): Promise<ProofReport> {
  const startedAt = deps.clock()
  const bench: Bench = { ...deps, profile, account, roleArn: `arn:${partitionOf(account.region)}:iam::${account.id}:role/${profile.access.role}`, code: randomBytes(5).toString('hex').toUpperCase(), pace: { ...realPace, ...deps.pace }, steps: [] }
  await step(bench, 'role', async () => {
    const read = await deps.roleReader.readRole(account.id, bench.roleArn)
    return read.ok ? { ok: true, detail: `${bench.roleArn} is there.` } : { ok: false, detail: `${read.awsCode}: ${read.message}` }
  })
  const patient = after(startedAt, bench.pace.patienceMs + minutes(2))
  const person = await mint(bench, 'test person', 'latchkey-test-person', patient)
  const control = await mint(bench, 'control', 'latchkey-control', patient)
  if (person && control) {
    await allowedAndDenied(bench, person)
    await revocation(bench, person, control)
  }
  await end(bench)
  return { profile: profile.id, roleArn: bench.roleArn, testPerson: `latchkey-test-person+${bench.code}`, startedAt: startedAt.toISOString(), endedAt: deps.clock().toISOString(), passed: bench.steps.every(({ ok }) => ok), steps: bench.steps }
}

async function step(bench: Bench, name: string, act: () => Promise<Outcome>): Promise<boolean> {
  const begun = performance.now()
  const at = bench.clock().toISOString()
  const outcome = await act().catch((error: unknown): Outcome => ({ ok: false, detail: error instanceof Error ? error.message : 'failed' }))
  bench.steps.push({ step: name, ok: outcome.ok, at, tookMs: Math.round(performance.now() - begun), detail: outcome.detail })
  return outcome.ok
}

async function mint(bench: Bench, who: string, name: string, endsAt: Date): Promise<Session | undefined> {
  let session: Session | undefined
  await step(bench, `credentials for the ${who}`, async () => {
    const sessionName = `${name}+${bench.code}`
    const minted = await bench.issuer.mint({
      roleArn: bench.roleArn,
      sessionName,
      durationSeconds: 900,
      sessionPolicy: JSON.stringify(composeSessionPolicy(bench.profile.access, endsAt, bench.config.aws.managedRolePath)),
      externalId: bench.profile.access.externalId,
      tags: { 'latchkey:grant': `proof-${bench.code}`, 'latchkey:profile': bench.profile.id },
    })
    if (!minted.ok) return { ok: false, detail: `${minted.awsCode}: ${minted.message}` }
    session = { credentials: minted.credentials, userId: `${minted.roleId}:${sessionName}` }
    return { ok: true, detail: `${sessionName}, denied everything from ${endsAt.toISOString().slice(0, 19)}Z on.` }
  })
  return session
}

type Answer = 'allowed' | 'denied' | { unclear: string }

async function harmless({ prover, profile, account }: Bench, { credentials }: Session): Promise<Answer> {
  const answer = await prover.prove(profile.call, credentials, account.region)
  if (answer.ok) return 'allowed'
  return answer.code === 'access_denied' ? 'denied' : { unclear: `${answer.awsCode}: ${answer.message}` }
}

const say = (answer: Answer): string => (typeof answer === 'string' ? answer : `not known (${answer.unclear})`)
const expecting = (wanted: 'allowed' | 'denied', call: string, answer: Answer): Outcome => ({ ok: answer === wanted, detail: `${call}: ${say(answer)}.` })

async function allowedAndDenied(bench: Bench, person: Session): Promise<void> {
  const { call } = bench.profile
  await step(bench, 'the harmless call is allowed', async () => expecting('allowed', call, await harmless(bench, person)))
  await step(bench, 'a call outside is denied', async () => {
    const answer = await tryOutsideCall(person.credentials, bench.account.region, bench.roleArn)
    return expecting('denied', 'iam:DeleteRolePolicy on the role', answer.ok ? (answer.denied ? 'denied' : 'allowed') : { unclear: answer.message })
  })
}

/** Looks until the answer is `denied` or patience ends; how long it took is what the report is for. */
async function untilDenied(bench: Bench, session: Session, patienceMs: number): Promise<{ answer: Answer; tookMs: number }> {
  const begun = performance.now()
  for (;;) {
    const answer = await harmless(bench, session)
    const tookMs = Math.round(performance.now() - begun)
    if (answer === 'denied' || tookMs >= patienceMs) return { answer, tookMs }
    await wait(bench.pace.lookEveryMs)
  }
}

async function revocation(bench: Bench, person: Session, control: Session): Promise<void> {
  const { revoker, roleArn, clock } = bench
  const written = await step(bench, 'the session is revoked', async () => {
    const answer = await revoker.revoke(roleArn, { userId: person.userId, until: person.credentials.expiresAt }, clock())
    return answer.ok ? { ok: true, detail: `Written as ${answer.policyName}.` } : { ok: false, detail: `${answer.awsCode}: ${answer.message}` }
  })
  if (written) await confirmed(bench, person, control)
  // Also where AWS seemed not to take it: silence is no proof that nothing was written.
  await step(bench, 'what was written is taken back', async () => {
    const answer = await revoker.lift(roleArn, person.userId)
    return answer.ok ? { ok: answer.removed.length === 1 || !written, detail: `${answer.removed.length} removed.` } : { ok: false, detail: `${answer.awsCode}: ${answer.message}` }
  })
}

/** A pair: the one is denied while the other still works. Without the second, the first proves nothing. */
async function confirmed(bench: Bench, person: Session, control: Session): Promise<void> {
  const { call } = bench.profile
  await step(bench, 'the revoked session is denied', async () => {
    const { answer, tookMs } = await untilDenied(bench, person, bench.pace.patienceMs)
    return { ok: answer === 'denied', detail: `${call}: ${say(answer)} ${(tookMs / 1_000).toFixed(1)} s after the revocation was written.` }
  })
  await step(bench, 'the control session still works', async () => expecting('allowed', call, await harmless(bench, control)))
}

/** The credentials live for 900 s at least; what ends is what their session policy lets them do. */
async function end(bench: Bench): Promise<void> {
  const endsAt = after(bench.clock(), bench.pace.endsAfterMs)
  const session = await mint(bench, 'end', 'latchkey-test-end', endsAt)
  if (!session) return
  await step(bench, 'before its end access works', async () => expecting('allowed', bench.profile.call, await harmless(bench, session)))
  await step(bench, 'from its end on access is denied', async () => {
    await wait(Math.max(0, endsAt.getTime() - bench.clock().getTime()))
    // Clocks differ by a second or so; AWS's decides.
    const { answer, tookMs } = await untilDenied(bench, session, seconds(5))
    return { ok: answer === 'denied', detail: `${bench.profile.call}: ${say(answer)} ${(tookMs / 1_000).toFixed(1)} s after ${endsAt.toISOString().slice(0, 19)}Z, although the credentials live until ${session.credentials.expiresAt.toISOString().slice(0, 19)}Z.` }
  })
}
