import { definitionOf } from '#lib/catalog/definition-of.ts'
import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { throughGate } from '#lib/db/gate.ts'
import { decideFreshAuthentication, type FreshAuthenticationCode } from '#lib/people/fresh-authentication.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { type CarryOut, GrantOver } from './bring-about.ts'
import { type DecisionCode, type DecisionInput, decideDecision } from './decide-decision.ts'
import { profileChanged } from './hold-profiles.ts'
import { loadForDecision } from './load-for-decision.ts'
import { narrowedOf, stillWithin } from './narrowed-scope.ts'
import { settledSentence } from './request-lifecycle.ts'
import { writeDecision } from './write-decision.ts'

export type SettleDeps = {
  db: Database
  /** The issuer whose subjects policies name without saying so. */
  firstIssuer: string
  carryOut: CarryOut
}
export type Settled = { requestId: string; verdict: 'approve' | 'deny'; /** More approvals are wanted. */ waits: boolean }
export type SettleResult = Result<Settled, DecisionCode | FreshAuthenticationCode | 'not_found' | 'grant_over'>

const attempts = 5

const scopeChanged = refuse('role_changed', 'The scope of the profile changed since this was asked, and the request keeps to a part of the old one.', 'Deny it; access can be asked for again, within the new scope.')

/**
 * Approves or denies the step a request is at, as the viewer. The state moves by one conditional update, so of two
 * people who decide at once one is first, and the other decides what is left or is told who it was. Decision, record
 * entry and what an approval carries out commit together.
 */
export async function settleRequest(deps: SettleDeps, viewer: Viewer, requestId: string, currentRoleDigest: string | null, input: DecisionInput, now: Date): Promise<SettleResult> {
  let bound = input
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const result = await throughGate(deps.db, () => settleOnce(deps, viewer, requestId, currentRoleDigest, bound, now))
    if (!('moved' in result)) return result
    // Whoever saw no page decided about the profile as it was read first.
    bound = { ...input, definitionHash: input.definitionHash ?? result.moved }
  }
  return settledBy(deps.db, requestId)
}

/** `moved`, with the profile it was about, when somebody moved the request or changed its profile in the meantime. */
async function settleOnce(deps: SettleDeps, viewer: Viewer, requestId: string, currentRoleDigest: string | null, input: DecisionInput, now: Date): Promise<SettleResult | { moved: string }> {
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
  if (input.verdict === 'approve' && !stillWithin(definitionOf(request.profile).access, narrowedOf(request))) return scopeChanged
  try {
    const moved = await writeDecision(db, deps, { request, policy, decision, viewer, input, now })
    return moved ? { ok: true, requestId, verdict: input.verdict, waits: decision.next === 'pending' } : { moved: definitionHash }
  } catch (error) {
    if (error instanceof GrantOver) return refuse('grant_over', 'The grant this would extend is over, or its profile grants something else by now.', 'Deny the request; access can be asked for again.')
    throw error
  }
}


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
