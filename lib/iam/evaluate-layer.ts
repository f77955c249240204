import { compilePolicy, statementApplies } from './compile-policy.ts'
import type { CompiledStatement } from './compile-policy.ts'
import type { NamedPolicy } from './document.ts'
import { notPrincipalApplies, principalReach } from './principals.ts'
import type { PrincipalIdentity, PrincipalReach } from './principals.ts'
import type { KeyLookup } from './variables.ts'

export type PolicyKind = 'identity' | 'boundary' | 'session' | 'resource' | 'serviceControl'

/** One statement of one policy, for people to find. `statementIndex` counts from 0. */
export type StatementReference = {
  readonly policyKind: PolicyKind
  readonly policyName: string
  readonly sid: string | undefined
  readonly statementIndex: number
}

/** What one layer of policies says: the first explicit deny, and every statement that allows. */
export type LayerResult = {
  readonly denied: StatementReference | undefined
  readonly allowed: readonly StatementReference[]
  /** How directly an allowing resource policy names the caller; for other kinds `caller`. */
  readonly reach: PrincipalReach | undefined
}

/** The request as the layers see it. */
export type LayerRequest = {
  readonly principal: PrincipalIdentity
  readonly lowerCaseAction: string
  readonly resource: string
  readonly lookup: KeyLookup
}

const reachRank: Readonly<Record<PrincipalReach, number>> = { caller: 0, role: 1, account: 2 }

function statementReach(
  statement: CompiledStatement,
  kind: PolicyKind,
  principal: PrincipalIdentity,
): PrincipalReach | undefined {
  if (kind !== 'resource') return 'caller'
  if (statement.principal !== undefined) return principalReach(statement.principal, principal)
  if (statement.notPrincipal === undefined) return undefined
  return notPrincipalApplies(statement.notPrincipal, principal, statement.effect) ? 'caller' : undefined
}

/** Evaluates policies that together are one layer: any of them may allow, any of them may deny. */
export function evaluateLayer(kind: PolicyKind, policies: readonly NamedPolicy[], request: LayerRequest): LayerResult {
  let denied: StatementReference | undefined
  let best: PrincipalReach | undefined
  const allowed: StatementReference[] = []
  for (const { name, document } of policies) {
    for (const statement of compilePolicy(document)) {
      const reach = statementReach(statement, kind, request.principal)
      if (reach === undefined) continue
      if (!statementApplies(statement, request.lowerCaseAction, request.resource, request.lookup)) continue
      const reference = { policyKind: kind, policyName: name, sid: statement.sid, statementIndex: statement.index }
      if (statement.effect === 'Deny') denied ??= reference
      else {
        allowed.push(reference)
        if (best === undefined || reachRank[reach] < reachRank[best]) best = reach
      }
    }
  }
  return { denied, allowed, reach: best }
}
