import { refuse } from '#lib/config/result.ts'
import type { Transaction } from '#lib/db/client.ts'

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

export const profileChanged = refuse('role_changed', 'The profile changed in the catalogue since you opened this page.', 'Look at what it says now, then go on.')
