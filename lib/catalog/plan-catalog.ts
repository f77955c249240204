import type { Catalog, CatalogAccount, ProfileDefinition } from './catalog-schema.ts'
import { type CatalogState, digestOf, numbered } from './catalog-state.ts'
import { compareAccounts, compareDefinitions } from './compare-definitions.ts'
import { type Difference, same } from './difference.ts'

type Versions = { subject: 'account'; before: CatalogAccount | null; after: CatalogAccount | null } | { subject: 'profile'; before: ProfileDefinition | null; after: ProfileDefinition | null }
export type PlannedChange = Versions & { subjectId: string; baseHash: string; differences: Difference[]; widens: boolean }

/** What a file said of each entry: `account/301122334455` or `profile/payments-read` and its digest. */
export type FileEntries = ReadonlyMap<string, string>

/** One change with all that is decided by it; undefined where nothing changes. Pure. */
export function planChange(subjectId: string, versions: Versions): PlannedChange | undefined {
  if (same(versions.before, versions.after)) return undefined
  const differences = versions.subject === 'account' ? compareAccounts(versions.before, versions.after) : compareDefinitions(versions.before, versions.after)
  return { ...versions, subjectId, baseHash: digestOf(versions.before), differences, widens: differences.some(({ widens }) => widens) }
}

/** The digests of a file's entries. */
export function fileEntriesOf(catalog: Catalog): Map<string, string> {
  const numbers = numbersOf(catalog)
  return new Map([
    ...catalog.accounts.map((account) => [`account/${account.id}`, digestOf(account)] as const),
    ...catalog.profiles.map((profile) => [`profile/${profile.id}`, digestOf(numbered(profile, numbers.get(profile.account) ?? ''))] as const),
  ])
}

const numbersOf = (catalog: Catalog): Map<string, string> => new Map(catalog.accounts.map((account) => [account.name, account.id]))

/**
 * What has to change for the catalogue to say what `wanted` says. With `last`, what the file said before, it is a merge:
 * an entry that the file says as before is left as it is, and what left the file goes only if it still is what the file
 * said. Without, the catalogue becomes `wanted`. Pure.
 */
export function planCatalog(current: CatalogState, wanted: Catalog, last?: FileEntries): PlannedChange[] {
  const numbers = numbersOf(wanted)
  const said = fileEntriesOf(wanted)
  const isNews = (key: string): boolean => last === undefined || last.get(key) !== said.get(key)
  const mayGo = (key: string, standing: unknown): boolean => !said.has(key) && (last === undefined || last.get(key) === digestOf(standing))
  const profiles = [
    ...wanted.profiles.filter(({ id }) => isNews(`profile/${id}`)).map((profile) => planChange(profile.id, { subject: 'profile', before: current.profiles.get(profile.id) ?? null, after: numbered(profile, numbers.get(profile.account) ?? '') })),
    ...[...current.profiles].filter(([id, standing]) => mayGo(`profile/${id}`, standing)).map(([id, before]) => planChange(id, { subject: 'profile', before, after: null })),
  ].filter((change) => change !== undefined)
  const gone = new Set(profiles.filter(({ after }) => after === null).map(({ subjectId }) => subjectId))
  const used = new Set([...current.profiles].filter(([id]) => !gone.has(id)).map(([, { account }]) => account))
  const accounts = [
    ...wanted.accounts.filter(({ id }) => isNews(`account/${id}`)).map((account) => planChange(account.id, { subject: 'account', before: current.accounts.get(account.id) ?? null, after: account })),
    ...[...current.accounts].filter(([id, standing]) => mayGo(`account/${id}`, standing) && !used.has(id)).map(([id, before]) => planChange(id, { subject: 'account', before, after: null })),
  ].filter((change) => change !== undefined)
  return [...accounts, ...profiles]
}
