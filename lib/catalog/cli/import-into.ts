import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { openAssigner, openIdentities } from '#lib/aws/credentials.ts'
import { identityCenterRate, openIdentityCenter } from '#lib/aws/identity-center.ts'
import { systemClock } from '#lib/config/clock.ts'
import type { Config } from '#lib/config/config.ts'
import type { Database } from '#lib/db/client.ts'
import { waitForToken } from '#lib/db/wait-for-token.ts'
import type { Catalog } from '../catalog-schema.ts'
import { compareImportable, type Comparison } from '../import/compare-importable.ts'
import { draftProfile } from '../import/draft-profile.ts'
import { openImport } from '../import/open-import.ts'
import { readImportable } from '../import/read-importable.ts'
import { writeImported } from '../import/write-imported.ts'
import { describeProblem, parseCatalog } from '../parse-catalog.ts'

export const importUsage = `       npm run catalog -- import FILE [--roles] [--permission-sets ACCOUNT] [--ask GROUP]… [--approve GROUP]…
       Adds the organisation's accounts to FILE; with --roles a profile for each role under the managed path of the file's
       accounts, with --permission-sets one for each permission set, in the account of that name. Profiles need --ask and
       --approve: the groups that may ask for them and approve them. Nothing that stands in FILE is changed.`

/** What was asked cannot be done; the message says what and how to mend it. */
export class ImportMistake extends Error {}

type Options = { roles: boolean; setsIn: string | undefined; ask: string[]; approve: string[] }

/** Adds to a catalogue's file what AWS has and it lacks. Status 0: nothing to add; 2: the file has something new, which `plan` and `apply` take on from there. */
export async function importInto(file: string, args: string[], config: Config, db: Database): Promise<number> {
  const options = optionsOf(args)
  const { source, catalog } = await readGiven(file)
  const identities = openIdentities(config.aws)
  const center = config.identityCenter && openIdentityCenter(config.identityCenter.region, openAssigner(config.identityCenter.region, config.identityCenter.assignerRoleArn, identities.hub.process), () => waitForToken(db, identityCenterRate.key, identityCenterRate.limits, systemClock))
  if (options.setsIn !== undefined && !center) throw new ImportMistake('Permission sets are read by the assigner, which is not configured (LATCHKEY_ASSIGNER_ROLE_ARN).')
  if (options.setsIn !== undefined && !catalog.accounts.some(({ name }) => name === options.setsIn)) throw new ImportMistake(`${file} has no account called ${options.setsIn}. Import the accounts first; then say in which of them the permission sets are assigned.`)
  const found = await readImportable(openImport(config, identities, center), { accounts: true, roleAccountIds: options.roles ? catalog.accounts.map(({ id }) => id) : [], permissionSets: options.setsIn !== undefined })
  const compared = compareImportable(found, catalog, config.aws.region)
  const profiles = profilesOf(compared, catalog, options)
  const lines = [...found.problems, ...compared.vanished, ...tellAdded(compared, profiles)]
  process.stdout.write(`${lines.length > 0 ? lines.join('\n') : 'AWS has nothing that the file lacks.'}\n`)
  if (compared.accounts.length + profiles.length > 0) {
    await writeFile(file, writeImported(source, { accounts: compared.accounts.map(({ path: _path, ...account }) => account), profiles }))
    process.stdout.write(`Written to ${file}. Look at it, then: npm run catalog -- plan ${file}\n`)
  }
  return compared.accounts.length + profiles.length > 0 ? 2 : found.problems.length > 0 ? 1 : 0
}

function optionsOf(args: string[]): Options {
  try {
    const { values } = parseArgs({ args, options: { roles: { type: 'boolean', default: false }, 'permission-sets': { type: 'string' }, ask: { type: 'string', multiple: true, default: [] }, approve: { type: 'string', multiple: true, default: [] } } })
    const options = { roles: values.roles, setsIn: values['permission-sets'], ask: values.ask, approve: values.approve }
    if ((options.roles || options.setsIn !== undefined) && (options.ask.length === 0 || options.approve.length === 0)) throw new ImportMistake(`Who may ask for these profiles, and who approves them? AWS does not know: say --ask GROUP and --approve GROUP.\n${importUsage}`)
    return options
  } catch (error) {
    if (error instanceof ImportMistake) throw error
    throw new ImportMistake(`${error instanceof Error ? error.message : String(error)}\n${importUsage}`)
  }
}

/** A file that is not there yet begins empty. */
async function readGiven(file: string): Promise<{ source: string | null; catalog: Pick<Catalog, 'accounts' | 'profiles'> }> {
  let source: string
  try {
    source = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { source: null, catalog: { accounts: [], profiles: [] } }
    throw new ImportMistake(`${file} cannot be read.`)
  }
  const parsed = parseCatalog(source)
  if (!parsed.ok) throw new ImportMistake(parsed.problems.map((problem) => `${file}, ${describeProblem(problem)}`).join('\n'))
  return { source, catalog: parsed.catalog }
}

/** High risk until somebody looked; the groups are those that were said. */
function profilesOf(compared: Comparison, { accounts, profiles }: Pick<Catalog, 'accounts' | 'profiles'>, { setsIn, ask, approve }: Options): object[] {
  const names = new Map(accounts.map(({ id, name }) => [id, name]))
  const taken = new Set(profiles.map(({ id }) => id))
  const drafts = [
    ...compared.roles.map((role) => draftProfile({ kind: 'role', found: role }, names.get(role.accountId) ?? role.accountId)),
    ...(setsIn === undefined ? [] : compared.permissionSets.map((set) => draftProfile({ kind: 'permission_set', found: set }, setsIn))),
  ]
  return drafts.map((draft) => {
    let id = draft.id
    for (let number = 2; taken.has(id); number += 1) id = `${draft.id.slice(0, 60)}-${number}`
    taken.add(id)
    return { ...draft, id, request: { groups: ask }, approval: { approvers: approve } }
  })
}

function tellAdded({ accounts }: Comparison, profiles: readonly object[]): string[] {
  const units = (path: readonly string[]): string => (path.length > 0 ? ` in ${path.join(' / ')}` : '')
  return [...accounts.map(({ id, name, environment, path }) => `account ${name} (${id})${units(path)}: ${environment}`), ...profiles.map((profile) => `profile ${(profile as { id: string }).id}`)]
}
