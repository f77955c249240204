import { seededHex } from '../core/ids.ts'
import { seededPolicy, type SeedPolicy } from '../seed-policy.ts'
import type { OrganizationState, ServiceControlPolicyState } from './state.ts'

type SeedControls = {
  /** Service control policies of this place by name, besides FullAWSAccess. */
  readonly policies?: Readonly<Record<string, SeedPolicy>>
  /** An allow list: FullAWSAccess is taken off this place. */
  readonly withoutFullAccess?: true
}
type SeedUnit = SeedControls & { readonly name: string; readonly accounts?: readonly string[]; readonly units?: readonly SeedUnit[] }

/** The tree over the accounts. Those it does not name are directly under the root. */
export type SeedOrganization = SeedControls & {
  readonly managementAccountId: string
  readonly delegatedAdministrators?: readonly string[]
  readonly units?: readonly SeedUnit[]
  /** Accounts that AWS has and the organisation has not. */
  readonly outsiders?: readonly string[]
  /** Of single accounts. */
  readonly accounts?: Readonly<Record<string, SeedControls>>
}

/** What AWS attaches to everything. https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html */
const fullAccess: ServiceControlPolicyState = {
  id: 'p-FullAWSAccess',
  name: 'FullAWSAccess',
  description: 'Allows access to every operation',
  awsManaged: true,
  content: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }),
}

/** Ids derive from the management account and the place's path, so that restarts agree. */
export function seedOrganizationTree(seed: SeedOrganization, everyAccountId: readonly string[], createdAt: number): OrganizationState {
  const accountIds = everyAccountId.filter((id) => !seed.outsiders?.includes(id))
  const { managementAccountId } = seed
  const stem = seededHex(`root${managementAccountId}`, 4)
  const rootId = `r-${stem}`
  const state: OrganizationState = {
    id: `o-${seededHex(`organization${managementAccountId}`, 10)}`,
    managementAccountId,
    delegatedAdministrators: [...(seed.delegatedAdministrators ?? [])],
    rootId,
    units: {},
    parents: Object.fromEntries(accountIds.map((id) => [id, rootId])),
    joinedAt: Object.fromEntries(accountIds.map((id) => [id, createdAt])),
    policies: { [fullAccess.id]: fullAccess },
    attached: {},
  }
  control(state, rootId, seed)
  for (const unit of seed.units ?? []) plant(state, stem, rootId, unit)
  for (const id of accountIds) control(state, id, seed.accounts?.[id] ?? {})
  return state
}

function plant(state: OrganizationState, stem: string, parentId: string, unit: SeedUnit): void {
  const id = `ou-${stem}-${seededHex(`${parentId}/${unit.name}`, 8)}`
  state.units[id] = { id, name: unit.name, parentId }
  control(state, id, unit)
  for (const accountId of unit.accounts ?? []) {
    if (state.parents[accountId] === undefined) throw new Error(`The unit ${unit.name} names the unknown account ${accountId}.`)
    state.parents[accountId] = id
  }
  for (const child of unit.units ?? []) plant(state, stem, id, child)
}

function control(state: OrganizationState, place: string, { policies = {}, withoutFullAccess }: SeedControls): void {
  const own = Object.entries(policies).map(([name, document]) => {
    const content = seededPolicy(document, 'identity')
    const id = `p-${seededHex(`${name}${content}`, 8)}`
    state.policies[id] = { id, name, description: '', awsManaged: false, content }
    return id
  })
  state.attached[place] = [...(withoutFullAccess ? [] : [fullAccess.id]), ...own]
}
