import { readFile } from 'node:fs/promises'
import type { Catalog } from '#lib/catalog/catalog-schema.ts'
import type { Config } from '#lib/config/config.ts'
import { describeProblem, parseCatalog } from '#lib/catalog/parse-catalog.ts'
import { assignmentChecks } from './assignment-checks.ts'
import { identityChecks, roleChecks, trailChecks } from './aws-checks.ts'
import { broken, type Check, fine } from './check.ts'
import { anchorChecks, clockCheck, databaseCheck, migrationsCheck, providerChecks } from './dependency-checks.ts'
import type { DoctorDeps } from './doctor-deps.ts'

/** Looks at everything the product stands on, side by side; what does not answer is a finding and stops nothing else. */
export async function runDoctor(deps: DoctorDeps, { migrationsFolder, trails = true }: { migrationsFolder?: string; trails?: boolean } = {}): Promise<Check[]> {
  const { check, catalog } = await readCatalog(deps.config)
  const checks = await Promise.all([
    databaseCheck(deps),
    migrationsCheck(deps, migrationsFolder),
    clockCheck(deps),
    providerChecks(deps),
    anchorChecks(deps),
    identityChecks(deps),
    catalog ? roleChecks(deps, catalog) : [],
    catalog ? assignmentChecks(deps, catalog) : [],
    catalog && trails ? trailChecks(deps, catalog) : [],
  ])
  const [database, migrations, clock, providers, anchor, ...aws] = checks
  return [database, migrations, check, ...providers, ...anchor, clock, ...aws.flat()]
}

/** The catalogue's file as it is now, with its line; without the catalogue when it cannot be used. */
export async function readCatalog(config: Pick<Config, 'catalogFile'>): Promise<{ check: Check; catalog?: Catalog }> {
  const place = { id: 'catalogue', group: 'Dependencies', name: 'Catalogue' }
  const source = await readFile(config.catalogFile, 'utf8').catch(() => undefined)
  if (source === undefined) return { check: broken(place, `${config.catalogFile} cannot be read.`, 'Check CATALOG_FILE.') }
  const parsed = parseCatalog(source)
  if (!parsed.ok) return { check: broken(place, parsed.problems.map(describeProblem).join('; '), `Mend ${config.catalogFile}.`) }
  const { catalog } = parsed
  return { check: fine(place, `${catalog.profiles.length} profiles in ${catalog.accounts.length} accounts.`), catalog }
}
