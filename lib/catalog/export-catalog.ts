import { stringify } from 'yaml'
import type { CatalogState } from './catalog-state.ts'
import { plain } from './difference.ts'

const written = { aliasDuplicateObjects: false, lineWidth: 0 }

/** The catalogue as YAML that reads back as the same: accounts by name, profiles by id. */
export function exportCatalog({ accounts, profiles }: CatalogState): string {
  const names = new Map([...accounts.values()].map(({ id, name }) => [id, name]))
  return stringify(
    { version: 1, accounts: [...accounts.values()], profiles: [...profiles.values()].map((profile) => ({ ...(plain(profile) as object), account: names.get(profile.account) ?? profile.account })) },
    written,
  )
}

/** One entry as YAML, as it is edited and shown before and after a change. */
export const exportEntry = (entry: object): string => stringify(plain(entry), written)
