import { mintableOf } from '#lib/catalog/access-kinds.ts'
import type { ProfileDefinition } from '#lib/catalog/catalog-schema.ts'
import { after, minutes } from '#lib/config/clock.ts'
import type { TrailSources } from '#lib/config/trail-sources.ts'
import type { Database } from '#lib/db/client.ts'
import { loadKnownActions } from '#lib/iam/known-actions.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import type { NarrowedScope } from '#lib/requests/narrowed-scope.ts'
import { findSeenDataEvents } from '../health/seen-data-events.ts'
import { hasRoom } from './lease-room.ts'
import { type LearnedScope, learnScope, type Use } from './learn-scope.ts'
import { findOwnLastUses } from './uses.queries.ts'

/** CloudTrail's own history is kept as long. */
export const rememberedDays = 90

/** Where uses are read, and what else than CloudTrail's history brings them. */
export type LearningDeps = { db: Database; managedRolePath: string; trailSources: TrailSources }

/**
 * The scope of "only what you used last time": what the viewer's own last grant of the profile used, in the record of the
 * last 90 days. Null when nothing is known, when the profile issues no credentials, when nothing would be narrower, or
 * when there was more use than can be looked at.
 */
export async function learnOwnScope(deps: LearningDeps, viewer: Pick<Viewer, 'personId'>, profile: { id: string; definition: ProfileDefinition }, now: Date): Promise<NarrowedScope | null> {
  const mintable = mintableOf(profile.definition)
  if (!mintable) return null
  const found = await findOwnLastUses(deps.db, viewer, profile.id, after(now, -minutes(rememberedDays * 24 * 60)))
  if (!found?.whole) return null
  const learned = await learnFrom(deps, profile.definition, found.uses, found)
  if (!learned) return null
  const { scope, services, kept, steps, unmapped, beyond } = learned
  const last = Math.max(...found.uses.map(({ lastAt }) => lastAt.getTime()))
  return {
    scope,
    of: mintable.access.scope,
    services: services.map(({ service, name, actions }) => ({ service, name, actions })),
    kept,
    steps,
    unmapped: unmapped.map(({ eventSource, eventName }) => `${eventSource.split('.')[0]}:${eventName}`),
    beyond,
    usedUntil: new Date(last).toISOString(),
  }
}

/** What a profile's scope could be cut to, for these uses of it in an account since a moment; null where it issues no credentials or there is nothing narrower. */
export async function learnFrom({ db, managedRolePath, trailSources }: LearningDeps, definition: ProfileDefinition, uses: readonly Use[], { accountId, begunAt }: { accountId: string; begunAt: Date }): Promise<LearnedScope | null> {
  const mintable = mintableOf(definition)
  if (!mintable) return null
  const { access, call } = mintable
  const dataEvents = await findSeenDataEvents(db, trailSources, accountId, begunAt)
  return learnScope({ uses, profile: access.scope, always: [call], dataEvents, fits: (scope) => hasRoom(scope, access, managedRolePath) }, await loadKnownActions())
}
