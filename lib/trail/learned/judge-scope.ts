import { evaluateAccess } from '#lib/iam/evaluate.ts'
import type { KnownActions } from '#lib/iam/known-actions.ts'
import type { NamedPolicy } from '#lib/iam/document.ts'
import { neededBy, type Use } from './learn-scope.ts'
import { everything, type ScopeStatement } from './scope-statements.ts'

const policyOf = (name: string, scope: readonly ScopeStatement[]): NamedPolicy => ({
  name,
  document: { Version: '2012-10-17', Statement: (scope.length > 0 ? scope : everything).map(({ actions, resources }) => ({ Effect: 'Allow', Action: actions, Resource: resources })) },
})

/** An action and a resource that a use needed, which worked with `profile` and would have been denied with `scope`. */
export type Denial = { action: string; resource: string; eventName: string; eventSource: string; count: number; lastAt: Date }

/**
 * Which of these uses `scope` would have denied of those that the profile's own scope allows, as AWS evaluates. Where an
 * event leaves its resource open, every resource of the profile is tried: it counts as denied when one is.
 */
export function wouldDeny(uses: readonly Use[], profile: readonly ScopeStatement[], scope: readonly ScopeStatement[], known: KnownActions): Denial[] {
  const [wide, narrow] = [policyOf('profile', profile), policyOf('smaller scope', scope)]
  const patterns = (profile.length > 0 ? profile : everything).flatMap(({ resources }) => resources)
  return uses.flatMap((use) =>
    neededBy(use, known).flatMap(([action, resource]) => {
      const tried = resource === '*' ? ['*', ...patterns.map(example)] : [example(resource)]
      const denied = tried.some((each) => allows(use, action, each, [wide]) && !allows(use, action, each, [wide], [narrow]))
      return denied ? [{ action, resource, eventName: use.eventName, eventSource: use.eventSource, count: use.count, lastAt: use.lastAt }] : []
    }),
  )
}

/** A resource that a pattern stands for. */
const example = (pattern: string): string => (pattern === '*' ? '*' : pattern.replaceAll(/\$\{[^}]*\}|[*?]/g, 'x'))

function allows({ target: { accountId } }: Use, action: string, resource: string, identity: readonly NamedPolicy[], session?: readonly NamedPolicy[]): boolean {
  const principal = { kind: 'assumed-role' as const, arn: `arn:aws:sts::${accountId}:assumed-role/used/used`, accountId, roleArn: `arn:aws:iam::${accountId}:role/used`, userId: 'AROA:used' }
  // A key's own policy always has to allow, and is in no scope: the layers of the caller are compared alone.
  const decision = evaluateAccess({ principal, action, resource, resourceAccountId: accountId, context: {} }, { identity, ...(session ? { session } : {}) })
  return decision.decision === 'allowed' || (decision.decision === 'implicitDeny' && decision.missing.every((layer) => layer === 'resource'))
}
