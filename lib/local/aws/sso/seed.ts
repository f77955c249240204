import { seededHex, seededUuid } from '../core/ids.ts'
import { seededPolicy, type SeedPolicy } from '../seed-policy.ts'
import type { AccountState } from '../core/state.ts'
import { provisionRole } from './reserved-role.ts'
import { assignmentKey, type IdentityCenterState } from './state.ts'

export type SeedIdentityCenter = {
  readonly region?: string
  readonly permissionSets: readonly {
    readonly name: string
    readonly description?: string
    /** One hour unless told. */
    readonly sessionMinutes?: number
    /** ARNs of AWS managed policies. */
    readonly managed?: readonly string[]
    readonly inline?: SeedPolicy
    readonly tags?: Readonly<Record<string, string>>
  }[]
  readonly users: readonly { readonly userName: string; readonly displayName: string; readonly email: string; readonly externalId?: { readonly issuer: string; readonly id: string } }[]
  readonly groups?: readonly { readonly displayName: string; readonly members: readonly string[] }[]
  /** Users by name. */
  readonly assignments?: readonly { readonly accountId: string; readonly permissionSet: string; readonly userName: string }[]
}

/** Ids derive from names, so that restarts agree. Accounts get the roles of what is assigned in them. */
export function seedIdentityCenter(seed: SeedIdentityCenter, managementAccountId: string, accounts: Readonly<Record<string, AccountState>>, createdAt: number): IdentityCenterState {
  const instance = `ssoins-${seededHex(`instance${managementAccountId}`, 16)}`
  const idOf = (userName: string) => seededUuid(`user${managementAccountId}${userName}`)
  const permissionSets = seed.permissionSets.map(({ name, description = '', sessionMinutes = 60, managed = [], inline, tags }) => ({
    arn: `arn:aws:sso:::permissionSet/${instance}/ps-${seededHex(`set${managementAccountId}${name}`, 16)}`,
    name,
    description,
    createdAt,
    sessionSeconds: sessionMinutes * 60,
    managed: [...managed],
    ...(inline && { inline: seededPolicy(inline, 'identity') }),
    tags: { ...tags },
  }))
  const users = seed.users.map((user) => ({ ...user, id: idOf(user.userName) }))
  const groups = (seed.groups ?? []).map(({ displayName, members }) => ({ id: seededUuid(`group${managementAccountId}${displayName}`), displayName, members: members.map(idOf) }))
  const state: IdentityCenterState = {
    instanceArn: `arn:aws:sso:::instance/${instance}`,
    identityStoreId: `d-${seededHex(`store${managementAccountId}`, 10)}`,
    region: seed.region ?? 'us-east-1',
    createdAt,
    permissionSets: Object.fromEntries(permissionSets.map((set) => [set.arn, set])),
    assignments: {},
    operations: {},
    provisioned: {},
    users: Object.fromEntries(users.map((user) => [user.id, user])),
    groups: Object.fromEntries(groups.map((group) => [group.id, group])),
  }
  for (const { accountId, permissionSet, userName } of seed.assignments ?? []) {
    const set = permissionSets.find(({ name }) => name === permissionSet)
    const account = accounts[accountId]
    if (!set || !account) throw new Error(`The seed assigns ${permissionSet} in ${accountId}, and one of them is missing.`)
    const place = { accountId, permissionSetArn: set.arn, principalType: 'USER' as const, principalId: idOf(userName) }
    state.assignments[assignmentKey(place)] = place
    provisionRole(state, account, set, createdAt)
  }
  return state
}
