import type { ReadRole } from '#lib/aws/role-reader.ts'
import type { PolicyDocument } from '#lib/iam/document.ts'
import { evaluateTrust } from '#lib/iam/evaluate.ts'
import { parsePolicy } from '#lib/iam/parse-policy.ts'
import type { PrincipalIdentity } from '#lib/iam/principals.ts'
import { canonicalJson, type Json } from '#lib/record/canonical-json.ts'
import type { ProfileDefinition, VendorAccess } from './catalog-schema.ts'
import { findDrift } from './role-drift.ts'
import type { ManagedRole } from './templates/managed-roles.ts'

/** `serious`: the profile does not work as the catalogue says, or the account is less safe than it must be. */
export type RoleFault = { serious: boolean; what: string; mend: string }

const again = (profile: ProfileDefinition): string => `Apply the template again: npm run aws:template -- member --account ${profile.account}.`

/**
 * What is wrong with a role as AWS has it: trust, boundary, lengths, drift. Empty when nothing is. `template` is the role
 * that the catalogue's template would make, where it makes one: boundary and inline policy are compared word for word.
 */
export function findRoleFaults(role: ReadRole, profile: ProfileDefinition, issuerRoleArn: string, template: ManagedRole | undefined): RoleFault[] {
  const drift = findDrift(role, profile).filter((sentence) => role.boundary !== null || !sentence.includes('boundary'))
  const lease = profile.limits.leaseMinutes * 60
  return [
    ...(profile.access.kind === 'third_party_trust' ? vendorTrustFaults(role, profile, profile.access, issuerRoleArn) : trustFaults(role, profile, issuerRoleArn)),
    ...(role.boundary ? [] : [{ serious: true, what: 'The role has no permissions boundary, so its sessions cannot be revoked safely.', mend: again(profile) }]),
    ...(role.maxSessionSeconds >= lease ? [] : [{ serious: false, what: `AWS mints ${role.maxSessionSeconds / 60} minutes at most for this role; the catalogue says ${lease / 60}.`, mend: `Set MaxSessionDuration to ${lease}, or leaseMinutes to ${role.maxSessionSeconds / 60}.` }]),
    ...(template ? wordFaults(role, profile, template) : []),
    ...drift.map((what) => ({ serious: true, what, mend: `Mend the role or the catalogue. ${again(profile)}` })),
  ]
}

/** A boundary that is wider than the template's lets whatever is written onto the role later widen it: that is serious. */
function wordFaults({ boundary, inline }: ReadRole, profile: ProfileDefinition, template: ManagedRole): RoleFault[] {
  const differs = (document: unknown, statements: unknown): boolean => canonicalJson(document as Json) !== canonicalJson({ Version: '2012-10-17', Statement: statements } as Json)
  const own = inline.find(({ name }) => name === template.inline?.name)
  return [
    ...(boundary && differs(boundary.document, template.boundary.statements) ? [{ serious: true, what: `The boundary ${boundary.name} does not say what the catalogue makes of it.`, mend: again(profile) }] : []),
    ...(own && differs(own.document, template.inline?.statements) ? [{ serious: false, what: `The inline policy ${own.name} does not say what the scope says.`, mend: again(profile) }] : []),
  ]
}

const assumption = ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession']
const session = (roleArn: string): PrincipalIdentity => {
  const accountId = roleArn.split(':')[4] ?? ''
  const name = roleArn.slice(roleArn.lastIndexOf('/') + 1)
  return { kind: 'assumed-role', arn: `${roleArn.split(':').slice(0, 2).join(':')}:sts::${accountId}:assumed-role/${name}/latchkey`, accountId, roleArn, userId: 'AROALATCHKEY:latchkey' }
}

/** The trust policy is asked as AWS would ask it, with the words of a real lease. */
function trustFaults(role: ReadRole, profile: ProfileDefinition, issuerRoleArn: string): RoleFault[] {
  const parsed = parsePolicy(role.trust, 'trust')
  if (!parsed.ok) return [{ serious: true, what: 'The trust policy cannot be read.', mend: again(profile) }]
  const externalId = profile.access.kind === 'sts_role' ? profile.access.externalId : undefined
  const lease = { 'sts:RoleSessionName': 'person+0123456789', 'aws:RequestTag/latchkey:grant': 'G-0123456789', 'aws:RequestTag/latchkey:profile': profile.id, 'aws:TagKeys': ['latchkey:grant', 'latchkey:profile'], ...(externalId ? { 'sts:ExternalId': externalId } : {}) }
  const identified = { ...lease, 'sts:SourceIdentity': 'person+0123456789' }
  const allows = (principal: PrincipalIdentity, action: string, context: Record<string, string | string[]>): boolean => trusts(parsed.document, principal, action, role.roleArn, context)
  const issuer = session(issuerRoleArn)
  const missing = assumption.filter((action) => !allows(issuer, action, identified))
  const accountId = role.roleArn.split(':')[4] ?? ''
  const outsiders = ['999999999999', accountId].map((id) => session(`${issuerRoleArn.split(':').slice(0, 4).join(':')}:${id}:role/somebody-else`))
  return [
    ...(missing.length > 0 ? [{ serious: true, what: `The trust policy does not let the issuer do ${missing.join(', ')}.`, mend: `Allow ${issuerRoleArn} in the trust policy. ${again(profile)}` }] : []),
    ...(outsiders.some((outsider) => allows(outsider, 'sts:AssumeRole', identified)) ? [{ serious: true, what: 'The trust policy lets others than the issuer take on the role.', mend: `Leave only ${issuerRoleArn} in the trust policy. ${again(profile)}` }] : []),
    ...(allows(issuer, 'sts:AssumeRole', lease) ? [{ serious: false, what: 'The role can be taken on without a source identity, so CloudTrail may not name a person.', mend: again(profile) }] : []),
  ]
}

/** Nobody but the vendor may take on a vendor's role: not the issuer, not the account, and not the vendor without an external id. */
function vendorTrustFaults(role: ReadRole, profile: ProfileDefinition, { vendorAccount }: VendorAccess, issuerRoleArn: string): RoleFault[] {
  const parsed = parsePolicy(role.trust, 'trust')
  if (!parsed.ok) return [{ serious: true, what: 'The trust policy cannot be read.', mend: again(profile) }]
  const accountId = role.roleArn.split(':')[4] ?? ''
  const of = (id: string): PrincipalIdentity => session(`${issuerRoleArn.split(':').slice(0, 4).join(':')}:${id}:role/somebody-else`)
  const context = { 'sts:RoleSessionName': 'somebody' }
  const allowed = [session(issuerRoleArn), of('999999999999'), of(accountId)].some((principal) => trusts(parsed.document, principal, 'sts:AssumeRole', role.roleArn, { ...context, 'sts:ExternalId': 'any' }))
  const bare = trusts(parsed.document, of(vendorAccount), 'sts:AssumeRole', role.roleArn, context)
  const mend = `Leave only what Latchkey and the template write into the trust policy. ${again(profile)}`
  return [
    ...(allowed ? [{ serious: true, what: 'The trust policy lets others than the vendor take on the role.', mend }] : []),
    ...(bare ? [{ serious: true, what: 'The trust policy lets the vendor take on the role without an external id.', mend }] : []),
  ]
}

const trusts = (document: PolicyDocument, principal: PrincipalIdentity, action: string, resource: string, context: Record<string, string | string[]>): boolean =>
  evaluateTrust({ principal, action, resource, resourceAccountId: resource.split(':')[4] ?? '', context }, document).decision === 'allowed'
