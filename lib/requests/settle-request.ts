import { definitionOf } from '#lib/catalog/definition-of.ts'
import { refuse, type Result } from '#lib/config/result.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import { throughGate } from '#lib/db/gate.ts'
import { decideFreshAuthentication, type FreshAuthenticationCode } from '#lib/people/fresh-authentication.ts'
import { tellLater } from '#lib/outbox/tell-later.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { type AppliedStep, type ApprovalPolicy, stepColumns } from './approval-policy.ts'
import { type DecisionCode, type DecisionInput, type DecisionOutcome, decideDecision } from './decide-decision.ts'
import { loadForDecision, type PendingRequest } from './load-for-decision.ts'
import { settledSentence } from './request-lifecycle.ts'

export type ApprovedRequest = {
  id: string
  code: string
  personId: string
  profileId: string
  durationMinutes: number
  startsAt: Date | null
  roleDigest: string | null
  extendsGrantId: string | null
}
export type SettleDeps = {
  db: Database
  /** The issuer whose subjects policies name without saying so. */
  firstIssuer: string
  /** Carries an approval out in the same transaction: opens the grant, or moves its end. `false` when that cannot be any more. */
  carryOut: (tx: Transaction, request: ApprovedRequest, now: Date) => Promise<boolean>
}
export type Settled = { requestId: string; verdict: 'approve' | 'deny'; /** More approvals are wanted. */ waits: boolean }
export type SettleResult = Result<Settled, DecisionCode | FreshAuthenticationCode | 'not_found' | 'grant_over'>

const attempts = 5

/**
 * Approves or denies the step a request is at, as the viewer. The state moves by one conditional update, so of two
 * people who decide at once one is first, and the other decides what is left or is told who it was. Decision, record
 * entry and what an approval carries out commit together.
 */
export async function settleRequest(deps: SettleDeps, viewer: Viewer, requestId: string, currentRoleDigest: string | null, input: DecisionInput, now: Date): Promise<SettleResult> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const result = await throughGate(deps.db, () => settleOnce(deps, viewer, requestId, currentRoleDigest, input, now))
    if (result) return result
  }
  return settledBy(deps.db, requestId)
}

/** `undefined` when somebody else moved the request in the meantime. */
async function settleOnce(deps: SettleDeps, viewer: Viewer, requestId: string, currentRoleDigest: string | null, input: DecisionInput, now: Date): Promise<SettleResult | undefined> {
  const { db } = deps
  const loaded = await loadForDecision(deps, viewer, requestId, now)
  if (!loaded) return refuse('not_found', 'There is no such request.')
  const { request, policy, facts } = loaded
  const decision = decideDecision({ ...facts, currentRoleDigest }, input, now)
  if (!decision.ok) return decision.code === 'settled' ? settledBy(db, requestId) : decision
  const { definitionHash } = request.profile
  const { freshAuthentication } = definitionOf(request.profile)
  const proven = decideFreshAuthentication(viewer.authentication, freshAuthentication?.decide, now)
  if (!proven.ok) return proven
  if (input.verdict === 'approve' && input.definitionHash && input.definitionHash !== definitionHash) return profileChanged
  try {
    const moved = await db.$transaction((tx) => write(tx, deps, { request, policy, decision, viewer, input, now }))
    return moved ? { ok: true, requestId, verdict: input.verdict, waits: decision.next === 'pending' } : undefined
  } catch (error) {
    if (error instanceof ProfileMoved) return profileChanged
    if (error instanceof GrantOver) return refuse('grant_over', 'The grant this would extend is over, or its profile grants something else by now.', 'Deny the request; access can be asked for again.')
    throw error
  }
}

type Writing = { request: PendingRequest; policy: ApprovalPolicy; decision: DecisionOutcome; viewer: Viewer; input: DecisionInput; now: Date }

async function write(tx: Transaction, { carryOut }: SettleDeps, { request, policy, decision, viewer, input, now }: Writing): Promise<boolean> {
  const over = decision.next !== 'pending'
  const step = decision.stepIndex === request.stepIndex ? undefined : policy.steps[decision.stepIndex]
  const moved = await tx.request.updateMany({
    where: { id: request.id, state: 'pending', version: request.version, lapsesAt: { gt: now } },
    data: {
      state: decision.next,
      version: { increment: 1 },
      ...(over ? { settledAt: now } : {}),
      ...(step ? { stepIndex: decision.stepIndex, ...stepColumns(step, now) } : {}),
    },
  })
  if (moved.count !== 1) return false
  // What is approved is the profile that was shown: it is held still until this commits.
  if (input.verdict === 'approve') await holdProfiles(tx, [{ id: request.profileId, definitionHash: request.profile.definitionHash }])
  await tx.decision.create({
    data: {
      requestId: request.id,
      stepIndex: decision.decidedStep,
      personId: viewer.personId,
      onBehalfOfId: decision.onBehalfOfId,
      verdict: input.verdict,
      reason: input.reason || null,
      entitledBy: decision.entitledBy,
      roleDigest: input.roleDigest,
      decidedAt: now,
    },
  })
  await appendEntry(tx, {
    kind: input.verdict === 'deny' ? 'request.denied' : over ? 'request.approved' : 'request.step.approved',
    occurredAt: now,
    actorId: viewer.personId,
    subjectId: request.profileId,
    requestId: request.id,
    facts: { code: request.code, step: decision.decidedStep, entitledBy: decision.entitledBy, onBehalfOf: decision.onBehalfOfId, before: 'pending', after: decision.next, roleDigest: input.roleDigest },
    personal: { reason: input.reason || null },
  })
  await tell(tx, request, input.verdict, step, over, viewer, now)
  if (decision.next === 'approved') await mustCarryOut(tx, carryOut, { ...request, roleDigest: input.roleDigest }, now)
  return true
}

/** The requester of what was decided; who is asked next of what waits for them. */
async function tell(tx: Transaction, request: PendingRequest, verdict: DecisionInput['verdict'], step: AppliedStep | undefined, over: boolean, viewer: Viewer, now: Date): Promise<void> {
  if (over) return tellLater(tx, { kind: 'request.decided', requestId: request.id, to: { personIds: [request.personId] }, facts: { verdict } }, now)
  if (!step) return
  const heard = request.decisions.map(({ personId }) => personId)
  await tellLater(tx, { kind: 'request.waiting', requestId: request.id, to: { groups: step.groups, personIds: step.personIds }, notTo: [request.personId, viewer.personId, ...heard] }, now)
}

/** Rolls back what was decided about a profile when the catalogue changed under it. */
export class ProfileMoved extends Error {}

/** Holds profiles as they were read until the transaction commits; fails it with `ProfileMoved` when one was changed or withdrawn meanwhile. */
export async function holdProfiles(tx: Transaction, profiles: readonly { id: string; definitionHash: string }[]): Promise<void> {
  const ids = profiles.map(({ id }) => id)
  const held = await tx.$queryRaw<object[]>`
    SELECT FROM access_profile a JOIN unnest(${ids}::text[], ${profiles.map(({ definitionHash }) => definitionHash)}::text[]) seen(id, hash) ON a.id = seen.id AND a."definitionHash" = seen.hash
    WHERE a.offered ORDER BY a.id FOR SHARE OF a`
  if (held.length < new Set(ids).size) throw new ProfileMoved()
}

/** Rolls it back when what it would extend is over. */
export class GrantOver extends Error {}

/** Carries an approval out, or fails the caller's transaction with `GrantOver`: nothing is approved that is not carried out. */
export async function mustCarryOut(tx: Transaction, carryOut: SettleDeps['carryOut'], request: ApprovedRequest, now: Date): Promise<void> {
  if (!(await carryOut(tx, request, now))) throw new GrantOver()
}

export const profileChanged = refuse('role_changed', 'The profile changed in the catalogue since you opened this page.', 'Look at what it says now, then go on.')

/** Who was faster, for the one who was not. */
async function settledBy(db: Database, requestId: string): Promise<SettleResult> {
  const request = await db.request.findUniqueOrThrow({
    where: { id: requestId },
    include: { decisions: { include: { person: { select: { displayName: true } } }, orderBy: { decidedAt: 'desc' }, take: 1 } },
  })
  const [decision] = request.decisions
  const sentence = request.state === 'pending' ? 'This request changed while you were deciding.' : settledSentence[request.state]
  const who = decision && request.state !== 'pending' ? `${decision.person.displayName} ${decision.verdict === 'approve' ? 'approved' : 'denied'} this request at ${decision.decidedAt.toISOString().slice(11, 16)} UTC.` : sentence
  return refuse('settled', who)
}
