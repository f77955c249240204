import { roleAccessOf } from '../access-kinds.ts'
import type { Catalog, CatalogAccount, ProfileDefinition, RoleAccess } from '../catalog-schema.ts'
import { scopeStatements, standingDenials } from '../managed-path.ts'
import type { Path } from '../parse-catalog.ts'
import { partitionOf } from '../role-arn.ts'
import { splitRole } from './template.ts'

/** A role that the catalogue asks an account to have. Profiles that name the same role share it. */
export type ManagedRole = {
  name: string
  path: string
  profiles: string[]
  maxSessionSeconds: number
  externalId: string | undefined
  /** The account whose principals alone may ever take it on, where it is a vendor's role. */
  vendorAccount: string | undefined
  managedPolicies: string[]
  inline: { name: string; statements: Record<string, unknown>[] } | null
  boundary: { name: string; statements: Record<string, unknown>[] }
}
export type TemplateProblem = { path: Path; message: string }
export type ManagedRoles = { ok: true; roles: ManagedRole[] } | { ok: false; problems: TemplateProblem[] }

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length */
const managedPolicyLimit = 6_144
export const boundaryName = (roleName: string): string => `${roleName}-boundary`

type Placed = { profile: ProfileDefinition; access: RoleAccess; path: Path }

/**
 * The roles an account needs for its profiles, or what the catalogue leaves open. A role's permissions are its managed
 * policies, or the profile's scope as an inline policy; its boundary is what the profile allows, and never more, so that
 * nothing written onto the role later can widen it.
 */
export function managedRolesOf(catalog: Catalog, account: CatalogAccount, managedRolePath: string): ManagedRoles {
  const placed = catalog.profiles.flatMap((profile, index): Placed[] => {
    const access = roleAccessOf(profile.access)
    return access && profile.account === account.name ? [{ profile, access, path: ['profiles', index, 'access'] }] : []
  })
  const groups = Object.values(Object.groupBy(placed, ({ access }) => access.role)) as Placed[][]
  const problems = [...placed.flatMap((entry) => problemsOf(entry, account, managedRolePath)), ...groups.flatMap(sharingProblems)]
  if (problems.length > 0) return { ok: false, problems }
  const roles = groups.map((entries) => roleOf(entries, managedRolePath))
  const tooLong = roles.flatMap((role, index) => (JSON.stringify(role.boundary.statements).length > managedPolicyLimit - 50 ? [{ path: [...groups[index]![0]!.path, 'scope'], message: `makes a boundary longer than the ${managedPolicyLimit} characters AWS takes` }] : []))
  return tooLong.length > 0 ? { ok: false, problems: tooLong } : { ok: true, roles }
}

function problemsOf({ access, path }: Placed, account: CatalogAccount, managedRolePath: string): TemplateProblem[] {
  const problems: TemplateProblem[] = []
  const add = (field: readonly string[], message: string): void => void problems.push({ path: [...path, ...field], message })
  const { path: rolePath, name } = splitRole(access.role)
  if (!rolePath.startsWith(managedRolePath)) add(['role'], `must lie under ${managedRolePath.slice(1)}, or the portal may not touch it`)
  const { expected } = access
  const inline = expected?.inlinePolicies ?? []
  if (inline.length > 1) add(['expected', 'inlinePolicies'], 'must name one policy at most: a template knows the scope, and nothing else to write')
  if (inline.length > 0 && access.scope.length === 0) add(['scope'], `must say what the inline policy ${inline[0]} allows`)
  if (expected && inline.length === 0 && expected.managedPolicies.length === 0) add(['expected'], 'must name a managed policy or an inline policy, or the role allows nothing')
  if (!expected && access.scope.length === 0) add([], 'must say what the role allows: give scope, or expected.managedPolicies')
  const boundary = `arn:${partitionOf(account.region)}:iam::${account.id}:policy${rolePath}${boundaryName(name)}`
  if (expected && expected.boundary !== boundary) add(['expected', 'boundary'], `must be ${boundary}: every managed role is bounded`)
  return problems
}

/** What profiles of one role have to agree on, because a role has it once. */
function sharingProblems([first, ...others]: Placed[]): TemplateProblem[] {
  if (!first) return []
  return others.flatMap(({ access, path }) => {
    const [own, shared] = [sharedPartsOf(access), sharedPartsOf(first.access)]
    const differs = (['externalId', 'expected', 'onwardRoles'] as const).filter((field) => JSON.stringify(own[field]) !== JSON.stringify(shared[field]))
    return differs.map((field) => ({ path: [...path, field], message: `must be the same as in ${first.profile.id}, which grants the same role` }))
  })
}

/** A vendor is handed sessions that go nowhere else, and its external id is no part of the catalogue. */
const sharedPartsOf = (access: RoleAccess): { externalId: string | undefined; expected: RoleAccess['expected']; onwardRoles: string[] } =>
  access.kind === 'sts_role' ? { externalId: access.externalId, expected: access.expected, onwardRoles: access.onwardRoles } : { externalId: undefined, expected: access.expected, onwardRoles: [] }

function roleOf(placed: readonly Placed[], managedRolePath: string): ManagedRole {
  const profiles = placed.map(({ profile }) => profile)
  const { access } = placed[0]!
  const unscoped = placed.some((entry) => entry.access.scope.length === 0)
  const scope = unscoped ? [] : placed.flatMap((entry) => entry.access.scope)
  const { path, name } = splitRole(access.role)
  const inlineName = access.expected ? access.expected.inlinePolicies[0] : 'scope'
  return {
    name,
    path,
    profiles: profiles.map((profile) => profile.id),
    maxSessionSeconds: Math.max(3_600, ...profiles.map((profile) => profile.limits.leaseMinutes * 60)),
    externalId: sharedPartsOf(access).externalId,
    vendorAccount: access.kind === 'third_party_trust' ? access.vendorAccount : undefined,
    managedPolicies: access.expected?.managedPolicies ?? [],
    inline: inlineName === undefined ? null : { name: inlineName, statements: scopeStatements({ scope }) },
    boundary: { name: boundaryName(name), statements: [...scopeStatements({ scope }), ...standingDenials(sharedPartsOf(access), managedRolePath)] },
  }
}
