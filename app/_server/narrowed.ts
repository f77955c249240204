import 'server-only'
import { findProfile } from '#lib/catalog/profiles.queries.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import type { NewRequestInput } from '#lib/requests/decide-new-request.ts'
import type { NarrowedScope } from '#lib/requests/narrowed-scope.ts'
import { learnOwnScope } from '#lib/trail/learned/learn-own-scope.ts'
import { getServices } from './services.ts'

/** What the viewer's request keeps to, read from the record now; null where they ask for the whole profile, or there is nothing to keep to. */
export async function narrowedFor(viewer: Viewer, { profileId, onlyUsed }: Pick<NewRequestInput, 'profileId' | 'onlyUsed'>): Promise<NarrowedScope | null> {
  if (!onlyUsed) return null
  const services = await getServices()
  const profile = await findProfile(services.db, profileId)
  return profile && learnOwnScope({ ...services, trailSources: services.config.trailSources }, viewer, profile, services.clock())
}
