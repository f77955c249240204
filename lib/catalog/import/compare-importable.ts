import type { CatalogAccount, ProfileDefinition } from '../catalog-schema.ts'
import type { Environment } from '../environments.ts'
import type { Importable } from './read-importable.ts'

export type ImportableAccount = CatalogAccount & { /** Units from under the root down. */ path: readonly string[] }
export type ImportableRole = { accountId: string; role: string; description: string; maxSessionMinutes: number }
export type ImportablePermissionSet = { name: string; description: string; sessionMinutes: number }
export type Comparison = {
  accounts: ImportableAccount[]
  roles: ImportableRole[]
  permissionSets: ImportablePermissionSet[]
  /** What the catalogue has and AWS does not any more; a sentence each. */
  vanished: string[]
}

/**
 * What AWS has that a catalogue lacks, and what the catalogue has that AWS does not. Pure. Names of accounts become the
 * catalogue's kind of names; which environment an account is for is taken from its units and name, and is production where
 * they do not say.
 */
export function compareImportable(found: Importable, catalog: { accounts: readonly CatalogAccount[]; profiles: readonly ProfileDefinition[] }, region: string): Comparison {
  const names = new Set(catalog.accounts.map(({ name }) => name))
  const known = new Set(catalog.accounts.map(({ id }) => id))
  const open = (found.accounts ?? []).filter(({ status }) => status === 'ACTIVE')
  const accounts = open.filter(({ id }) => !known.has(id)).map(({ id, name, path }): ImportableAccount => ({ id, name: freeName(name, id, names), environment: environmentOf([...path, name]), region, path }))
  const idOf = new Map(catalog.accounts.map(({ id, name }) => [name, id]))
  const offered = new Set(catalog.profiles.flatMap(({ account, access }) => ('role' in access ? [`${idOf.get(account) ?? account}/${access.role}`] : [])))
  const sets = new Set(catalog.profiles.flatMap(({ access }) => (access.kind === 'identity_center' ? [access.permissionSet] : [])))
  return {
    accounts,
    roles: [...found.roles].flatMap(([accountId, roles]) => roles.filter(({ name }) => !offered.has(`${accountId}/${name}`)).map(({ name, description, maxSessionMinutes }) => ({ accountId, role: name, description, maxSessionMinutes }))),
    permissionSets: (found.permissionSets ?? []).filter(({ name, arn }) => !sets.has(name) && !sets.has(arn)).map(({ name, description, sessionMinutes }) => ({ name, description, sessionMinutes })),
    vanished: vanished(found, catalog, idOf),
  }
}

function vanished(found: Importable, { accounts, profiles }: Parameters<typeof compareImportable>[1], idOf: ReadonlyMap<string, string>): string[] {
  const statuses = new Map((found.accounts ?? []).map(({ id, status }) => [id, status]))
  const gone = found.accounts === undefined ? [] : accounts.flatMap(({ id, name }) => {
    const status = statuses.get(id)
    if (status === undefined) return [`The account ${name} (${id}) is not in the organisation.`]
    return status === 'ACTIVE' ? [] : [`AWS says ${status} of the account ${name} (${id}).`]
  })
  const without = profiles.flatMap(({ id, account, access }) => {
    if (access.kind === 'identity_center') return !found.permissionSets || found.permissionSets.some(({ name, arn }) => access.permissionSet === name || access.permissionSet === arn) ? [] : [`The profile ${id} names the permission set ${access.permissionSet}, which Identity Center does not have.`]
    const roles = found.roles.get(idOf.get(account) ?? account)
    return !roles || roles.some(({ name }) => name === access.role) ? [] : [`The profile ${id} names the role ${access.role}, which the account ${account} does not have.`]
  })
  return [...gone, ...without]
}

/** Words of units and names, the most careful first. */
const signs: readonly (readonly [RegExp, Environment])[] = [[/prod|live/i, 'production'], [/stag|preprod|uat|qa/i, 'staging'], [/sandbox|playground|lab/i, 'sandbox'], [/dev|test/i, 'development']]

function environmentOf(words: readonly string[]): Environment {
  const said = (word: string): Environment | undefined => (/non-?prod|pre-?prod/i.test(word) ? 'staging' : signs.find(([sign]) => sign.test(word))?.[1])
  return words.toReversed().map(said).find((environment) => environment !== undefined) ?? 'production'
}

function freeName(name: string, id: string, taken: Set<string>): string {
  const slug = name.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 50).replace(/-+$/, '')
  const base = slug.length >= 2 ? slug : `account-${id}`
  const free = taken.has(base) ? `${base}-${id.slice(-4)}` : base
  taken.add(free)
  return free
}
