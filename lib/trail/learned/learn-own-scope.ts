import { mintableOf } from '#lib/catalog/access-kinds.ts'
import type { ProfileDefinition } from '#lib/catalog/catalog-schema.ts'
import { after, minutes } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'
import { loadKnownActions } from '#lib/iam/known-actions.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import type { NarrowedScope } from '#lib/requests/narrowed-scope.ts'
import { hasRoom } from './lease-room.ts'
import { type LearnedScope, learnScope, type Use } from './learn-scope.ts'
import { findOwnLastUses } from './uses.queries.ts'

/** CloudTrail's own history is kept as long. */
export const rememberedDays = 90

/**
 * CloudTrail's history is asked for events, and holds no data events of any kind.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
export const dataEventsOfSource: readonly string[] = []

/**
 * The scope of "only what you used last time": what the viewer's own last grant of the profile used, in the record of the
 * last 90 days. Null when nothing is known, when the profile issues no credentials, when nothing would be narrower, or
 * when there was more use than can be looked at.
 */
export async function learnOwnScope(deps: { db: Database; managedRolePath: string }, viewer: Pick<Viewer, 'personId'>, profile: { id: string; definition: ProfileDefinition }, now: Date): Promise<NarrowedScope | null> {
  const mintable = mintableOf(profile.definition)
  if (!mintable) return null
  const found = await findOwnLastUses(deps.db, viewer, profile.id, after(now, -minutes(rememberedDays * 24 * 60)))
  if (!found?.whole) return null
  const learned = await learnFrom(deps, profile.definition, found.uses)
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

/** What a profile's scope could be cut to, for these uses of it; null where it issues no credentials or there is nothing narrower. */
export async function learnFrom({ managedRolePath }: { managedRolePath: string }, definition: ProfileDefinition, uses: readonly Use[]): Promise<LearnedScope | null> {
  const mintable = mintableOf(definition)
  if (!mintable) return null
  const { access, call } = mintable
  return learnScope({ uses, profile: access.scope, always: [call], dataEvents: dataEventsOfSource, fits: (scope) => hasRoom(scope, access, managedRolePath) }, await loadKnownActions())
}
