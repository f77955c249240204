/** An organisation of AWS: a tree of units over its accounts, and the service control policies on each place of it. */
export type OrganizationState = {
  readonly id: string
  readonly managementAccountId: string
  /** Member accounts that may read the organisation and manage Identity Center in the management account's place. */
  readonly delegatedAdministrators: string[]
  readonly rootId: string
  readonly units: Record<string, UnitState>
  /** The root or unit that each account is in. */
  readonly parents: Record<string, string>
  readonly joinedAt: Record<string, number>
  readonly policies: Record<string, ServiceControlPolicyState>
  /** Ids of the policies on the root, a unit or an account. */
  readonly attached: Record<string, string[]>
}

type UnitState = { readonly id: string; readonly name: string; readonly parentId: string }

export type ServiceControlPolicyState = {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly awsManaged: boolean
  readonly content: string
}
