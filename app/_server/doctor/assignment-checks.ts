import type { AwsFailure } from '#lib/aws/aws-failure.ts'
import type { IdentityCenter } from '#lib/aws/identity-center.ts'
import type { Access, Catalog, ProfileDefinition } from '#lib/catalog/catalog-schema.ts'
import { hubAgain } from './aws-checks.ts'
import { broken, type Check, fromFaults, within } from './check.ts'
import type { DoctorDeps } from './doctor-deps.ts'

type Assigned = Extract<Access, { kind: 'identity_center' }>
type Place = Pick<Check, 'id' | 'group' | 'name'>

/**
 * Each profile's permission set as Identity Center has it now: there, its assignments readable by the assigner, its
 * sessions as long as people are told. One after the other: AWS allows few requests, and people wait for them too.
 */
export async function assignmentChecks(deps: DoctorDeps, catalog: Catalog): Promise<Check[]> {
  const checks: Check[] = []
  for (const profile of catalog.profiles) if (profile.access.kind === 'identity_center') checks.push(await assignmentCheck(deps, catalog, profile, profile.access))
  return checks
}

function assignmentCheck({ identityCenter, patienceMs }: DoctorDeps, catalog: Catalog, { id, account }: ProfileDefinition, access: Assigned): Promise<Check> {
  const place: Place = { id: `profile/${id}`, group: 'Permission sets of the catalogue', name: id }
  const accountId = catalog.accounts.find(({ name }) => name === account)?.id ?? ''
  return within(place, patienceMs, notThere, async () =>
    identityCenter ? look(identityCenter, place, accountId, access) : broken(place, 'No identity may assign people in IAM Identity Center.', `Set LATCHKEY_ASSIGNER_ROLE_ARN. ${hubAgain}`),
  )
}

async function look(identityCenter: IdentityCenter, place: Place, accountId: string, { permissionSet, principal, sessionDurationMinutes: told }: Assigned): Promise<Check> {
  const found = await identityCenter.findPermissionSet(permissionSet)
  if (!found.ok) return found.code === 'not_found' ? broken(place, found.message, 'Check access.permissionSet of the profile, or make the permission set in IAM Identity Center.') : refused(place, found)
  const { arn, name, sessionMinutes } = found.permissionSet
  const listed = await identityCenter.listAssignments(accountId, arn)
  if (!listed.ok) return refused(place, listed)
  const group = principal === 'user' ? undefined : await identityCenter.findPrincipal(principal)
  if (group && !group.ok && group.code !== 'not_found') return refused(place, group)
  const mend = `aws sso-admin update-permission-set --instance-arn INSTANCE --permission-set-arn ${arn} --session-duration PT${told}M, or set sessionDurationMinutes: ${sessionMinutes} in the catalogue.`
  return fromFaults(
    place,
    [
      ...(sessionMinutes > told ? [{ serious: true, what: `Sessions of ${name} live ${sessionMinutes} minutes in AWS; the catalogue says ${told}, so nothing of it is activated.`, mend }] : []),
      ...(sessionMinutes < told ? [{ serious: false, what: `Sessions of ${name} live ${sessionMinutes} minutes in AWS; the catalogue tells people ${told}.`, mend }] : []),
      ...(group && !group.ok ? [{ serious: true, what: group.message, mend: 'Check access.principal of the profile, or make the group in the identity store.' }] : []),
    ],
    `${name}: there, its assignments readable, sessions of ${sessionMinutes} minutes as the catalogue says.`,
  )
}

const refused = (place: Place, { code, awsCode, message }: AwsFailure): Check => broken(place, `${awsCode}: ${message}`, code === 'invalid' ? notThere : `Check LATCHKEY_ASSIGNER_ROLE_ARN. ${hubAgain}`)

const notThere = 'Check IDENTITY_CENTER_REGION, and that the assigner lies in the management account or in the one that manages Identity Center for it (delegated administrator).'
