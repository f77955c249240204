import type { OrganizationState } from './state.ts'

/** The places above an account, from the root down, and the account itself last. */
export function placesOf(organization: OrganizationState, accountId: string): string[] {
  const places = [accountId]
  for (let at = organization.parents[accountId]; at !== undefined; at = organization.units[at]?.parentId) places.unshift(at)
  return places
}

export type ServiceControlLevel = readonly { readonly name: string; readonly content: string }[]

/**
 * The service control policies that limit an account's principals: one level each for the root, every unit on the way
 * and the account; each must allow. None for the management account.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html#not-restricted-by-scp
 */
export function serviceControlLevels(organization: OrganizationState | undefined, accountId: string): ServiceControlLevel[] {
  if (!organization || organization.managementAccountId === accountId || organization.parents[accountId] === undefined) return []
  return placesOf(organization, accountId).map((place) => (organization.attached[place] ?? []).map((id) => organization.policies[id]!))
}
