import type { HubIdentity } from '#lib/aws/identity-probe.ts'
import type { Catalog, CatalogAccount, ProfileDefinition } from '#lib/catalog/catalog-schema.ts'
import { roleAccessOf } from '#lib/catalog/access-kinds.ts'
import { roleArnOf } from '#lib/catalog/role-arn.ts'
import { findRoleFaults } from '#lib/catalog/role-faults.ts'
import { type ManagedRole, managedRolesOf } from '#lib/catalog/templates/managed-roles.ts'
import { bestTrail, describeTrail } from '#lib/trail/health/judge-trails.ts'
import { broken, type Check, fromFaults, within } from './check.ts'
import type { DoctorDeps } from './doctor-deps.ts'

const variables: Record<HubIdentity, string> = { process: 'the AWS credentials of the process', issuer: 'LATCHKEY_ISSUER_ROLE_ARN', reader: 'LATCHKEY_READER_ROLE_ARN', revoker: 'LATCHKEY_REVOKER_ROLE_ARN', assigner: 'LATCHKEY_ASSIGNER_ROLE_ARN' }
const names: Record<HubIdentity, string> = { process: 'The process', issuer: 'Issuer', reader: 'Reader', revoker: 'Revoker', assigner: 'Assigner' }
export const hubAgain = 'Apply the hub template: npm run aws:template -- hub.'

/** Whether each of the portal's own identities can be taken on, and can do less than an administrator. */
export function identityChecks(deps: DoctorDeps): Promise<Check[]> {
  const there = (Object.keys(variables) as HubIdentity[]).filter((identity) => identity !== 'assigner' || deps.config.identityCenter)
  return Promise.all(there.map((identity) => identityCheck(deps, identity)))
}

function identityCheck({ probe, patienceMs, config }: DoctorDeps, identity: HubIdentity): Promise<Check> {
  const place = { id: `identity/${identity}`, group: 'AWS identities', name: names[identity] }
  const mend = `Check ${variables[identity]}. ${hubAgain}`
  return within(place, patienceMs, mend, async () => {
    const who = await probe.whoIs(identity)
    if (!who.ok) return broken(place, `${who.awsCode}: ${who.message}`, mend)
    const reach = await probe.reachesTooFar(identity)
    const own = identity === 'process' || identity === 'assigner' || config.aws[`${identity}RoleArn`] !== undefined
    return fromFaults(
      place,
      [
        ...(reach.ok && reach.tooFar ? [{ serious: identity !== 'process', what: `${who.arn} may list the users of its account, which Latchkey never needs.`, mend: hubAgain }] : []),
        ...(own ? [] : [{ serious: false, what: `It is the same identity as the process, ${who.arn}.`, mend: `Set ${variables[identity]}. ${hubAgain}` }]),
      ],
      `${who.arn}.`,
    )
  })
}

/** Each profile's role as AWS has it now: there, trusting the issuer alone, long enough, bounded, as the catalogue says. */
export async function roleChecks(deps: DoctorDeps, catalog: Catalog): Promise<Check[]> {
  const queue = catalog.profiles.filter(({ access }) => roleAccessOf(access))
  const templates = templatesOf(deps, catalog)
  const found = new Map<string, Check>()
  const work = async (): Promise<void> => {
    for (let profile = queue.shift(); profile; profile = queue.shift()) found.set(profile.id, await roleCheck(deps, catalog, profile, templates.get(`${profile.account}/${roleAccessOf(profile.access)?.role}`)))
  }
  await Promise.all(Array.from({ length: 6 }, work))
  return catalog.profiles.flatMap(({ id }) => found.get(id) ?? [])
}

/** What the templates would make, by account and role; an account that no template can be made for has none. */
function templatesOf({ config }: DoctorDeps, catalog: Catalog): Map<string, ManagedRole> {
  return new Map(
    catalog.accounts.flatMap((account) => {
      const made = managedRolesOf(catalog, account, config.aws.managedRolePath)
      return made.ok ? made.roles.map((role): [string, ManagedRole] => [`${account.name}${role.path}${role.name}`, role]) : []
    }),
  )
}

function roleCheck({ config, roleReader, revoker, probe, patienceMs }: DoctorDeps, catalog: Catalog, profile: ProfileDefinition, template: ManagedRole | undefined): Promise<Check> {
  const account = catalog.accounts.find(({ name }) => name === profile.account) as CatalogAccount
  const roleArn = roleArnOf(profile, account)
  const place = { id: `profile/${profile.id}`, group: 'Roles of the catalogue', name: profile.id }
  const memberAgain = `Apply the template of the account: npm run aws:template -- member --account ${account.name}.`
  return within(place, patienceMs, memberAgain, async () => {
    if (!roleArn) return broken(place, 'It names no role that could be read.', 'Check the profile in the catalogue.')
    const read = await roleReader.readRole(account.id, roleArn)
    if (!read.ok) return broken(place, read.code === 'not_found' ? `AWS has no role ${roleArn}.` : `${roleArn} cannot be read: ${read.awsCode}: ${read.message}`, memberAgain)
    if (read.role.roleArn !== roleArn) return broken(place, `AWS has the role under another path: ${read.role.roleArn}.`, memberAgain)
    const issuer = config.aws.issuerRoleArn ?? (await issuerOf(probe))
    const revocable = await revoker.check(roleArn)
    return fromFaults(
      place,
      [
        ...findRoleFaults(read.role, profile, issuer, template),
        ...(revocable.ok ? [] : [{ serious: true, what: `The revoker cannot reach it: ${revocable.awsCode}: ${revocable.message}`, mend: `Check LATCHKEY_REVOKER_ROLE_ARN and LATCHKEY_MEMBER_REVOKER_ROLE. ${memberAgain}` }]),
      ],
      `${roleArn}: trust, boundary, length and policies are as the catalogue says.`,
    )
  })
}

/** Where no role is configured the process mints itself: its role, without the path that its session does not show. */
async function issuerOf(probe: DoctorDeps['probe']): Promise<string> {
  const who = await probe.whoIs('issuer')
  return who.ok ? who.arn.replace(/:sts:(.*):assumed-role\/([^/]+)\/.*$/, ':iam:$1:role/$2') : ''
}

export function trailChecks(deps: DoctorDeps, catalog: Catalog): Promise<Check[]> {
  return Promise.all(catalog.accounts.map((account) => trailCheck(deps, account)))
}

function trailCheck({ trails, clock, patienceMs }: DoctorDeps, account: CatalogAccount): Promise<Check> {
  const place = { id: `trail/${account.name}`, group: 'CloudTrail', name: account.name }
  const mend = `Check the reader's role in ${account.id}: npm run aws:template -- member --account ${account.name}.`
  return within(place, patienceMs, mend, async () => {
    const answer = await trails.listTrails(account.id, account.region)
    if (!answer.ok) return broken(place, `${answer.awsCode}: ${answer.message}`, mend)
    const best = bestTrail(answer.trails, clock())
    if (!best) return broken(place, `No trail records ${account.region}.`, 'Apply the trail template: npm run aws:template -- trail.')
    return fromFaults(place, best.faults, `${describeTrail(best.trail)}${best.trail.lastDeliveryAt ? `, last file ${best.trail.lastDeliveryAt.toISOString()}` : ''}.`)
  })
}
