import { mintableOf } from '#lib/catalog/access-kinds.ts'
import type { ProfileDefinition } from '#lib/catalog/catalog-schema.ts'
import { after, minutes } from '#lib/config/clock.ts'
import { type KnownActions, loadKnownActions } from '#lib/iam/known-actions.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { type Denial, wouldDeny } from './judge-scope.ts'
import { learnFrom, type LearningDeps, rememberedDays } from './learn-own-scope.ts'
import type { LearnedScope } from './learn-scope.ts'
import { allowsAction, everything, prepare, type ScopeStatement } from './scope-statements.ts'
import { findEverybodysUses } from './uses.queries.ts'

export type Suggestion = {
  /** Null where nothing narrower than the profile's scope came of it. */
  learned: LearnedScope | null
  /** Different people who held grants of it in the last 90 days. */
  people: number
  /** False when there were more events than are looked at: then the newest count. */
  whole: boolean
  /** What the smaller scope would have denied of all that worked in the last 90 days. */
  denied: Denial[]
  /** Actions that AWS lists and the scope names: the profile's, and the smaller one's. */
  actions: { before: number; after: number }
}

/**
 * What a profile's scope could be cut to by everybody's use of it in the last `days` (at most 90), and what that would
 * have denied of everybody's use in the last 90 days; for admins and those who answer for the profile. Null for others,
 * and for profiles that issue no credentials.
 */
export async function suggestScope(deps: LearningDeps, viewer: Viewer, profile: { id: string; definition: ProfileDefinition }, days: number, now: Date): Promise<Suggestion | null> {
  const mintable = mintableOf(profile.definition)
  if (!mintable) return null
  const daysAgo = (howMany: number): Date => after(now, -minutes(howMany * 24 * 60))
  const found = await findEverybodysUses(deps.db, viewer, { id: profile.id, owners: profile.definition.owners?.groups ?? [] }, daysAgo(rememberedDays))
  if (!found) return null
  const { uses, people, whole, accountId, begunAt } = found
  const from = daysAgo(days)
  const learned = await learnFrom(deps, profile.definition, uses.filter(({ lastAt }) => lastAt >= from), { accountId, begunAt: begunAt > from ? begunAt : from })
  const known = await loadKnownActions()
  const { scope } = mintable.access
  return { learned, people, whole, denied: learned ? wouldDeny(uses, scope, learned.scope, known) : [], actions: { before: countActions(scope, known), after: countActions(learned?.scope ?? scope, known) } }
}

function countActions(scope: readonly ScopeStatement[], known: KnownActions): number {
  const statements = (scope.length > 0 ? scope : everything).map(prepare)
  return [...known.actions.keys()].filter((action) => statements.some((statement) => allowsAction(statement, action))).length
}
