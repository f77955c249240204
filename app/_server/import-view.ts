import 'server-only'
import type { ImportPageProps } from '#components/catalogue/catalogue-models.ts'
import { listCatalogAccounts } from '#lib/catalog/admin.queries.ts'
import { readCatalogState } from '#lib/catalog/catalog-state.ts'
import { type Comparison, compareImportable } from '#lib/catalog/import/compare-importable.ts'
import { readImportable } from '#lib/catalog/import/read-importable.ts'
import { refuse, type Result } from '#lib/config/result.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { getServices } from './services.ts'

/** What AWS has now and the catalogue lacks, for admins: AWS is asked anew each time. */
export async function readImport(viewer: Viewer): Promise<Result<{ compared: Comparison; problems: readonly string[] }, 'not_allowed'>> {
  if (!hasRole(viewer, 'admin')) return refuse('not_allowed', 'Only admins change the catalogue.')
  const { db, config, openImporting } = await getServices()
  const importing = await openImporting()
  const { accounts, profiles } = await readCatalogState(db)
  const found = await readImportable(importing, { accounts: true, roleAccountIds: [...accounts.keys()], permissionSets: importing.identityCenter !== undefined })
  return { ok: true, compared: compareImportable(found, { accounts: [...accounts.values()], profiles: [...profiles.values()] }, config.aws.region), problems: found.problems }
}

/** The same as the page shows it; each role and permission set leads to a profile that begins with it. */
export async function importModel(viewer: Viewer): Promise<Omit<ImportPageProps, 'add'>> {
  const read = await readImport(viewer)
  if (!read.ok) return { accounts: [], roles: [], permissionSets: [], vanished: [], problems: [read.message] }
  const { compared, problems } = read
  const { db } = await getServices()
  const names = new Map((await listCatalogAccounts(db, viewer)).map(({ id, name }) => [id, name]))
  const begin = (query: Record<string, string>): string => `/catalogue/new?${new URLSearchParams(query)}`
  return {
    accounts: compared.accounts.map(({ id, name, environment, path }) => ({ id, name, environment, path: path.join(' / ') })).toSorted((one, other) => (one.path < other.path ? -1 : one.path > other.path ? 1 : one.name < other.name ? -1 : 1)),
    roles: compared.roles.map(({ accountId, role, description, maxSessionMinutes }) => ({ account: names.get(accountId) ?? accountId, role, description, href: begin({ account: names.get(accountId) ?? '', role, minutes: String(maxSessionMinutes) }) })),
    permissionSets: compared.permissionSets.map(({ name, description, sessionMinutes }) => ({ name, description, href: begin({ permissionSet: name, minutes: String(sessionMinutes) }) })),
    vanished: compared.vanished,
    problems: [...problems],
  }
}
