import type { Catalog } from '#lib/catalog/catalog-schema.ts'
import { writeProfiles } from '#lib/catalog/profile.store.ts'
import type { Database } from '#lib/db/client.ts'

/** Writes the profiles of a catalogue as if everybody who has to had agreed to them: a file alone would only propose what widens. */
export async function agreeTo(db: Database, { accounts, profiles }: Catalog, now: Date): Promise<void> {
  const rows = profiles.map((profile) => {
    const account = accounts.find(({ name }) => name === profile.account)
    if (!account) throw new Error(`There is no account ${profile.account}.`)
    return { profile, account }
  })
  await db.$transaction((tx) => writeProfiles(tx, rows, now))
}
