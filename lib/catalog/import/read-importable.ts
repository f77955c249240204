import type { AwsFailure } from '#lib/aws/aws-failure.ts'
import type { IdentityCenter, PermissionSet } from '#lib/aws/identity-center.ts'
import type { OrganizationAccount, Organizations } from '#lib/aws/organizations.ts'
import type { ListedRole, RoleList } from '#lib/aws/role-list.ts'

export type ImportDeps = { organizations: Organizations; roleList: RoleList; /** Undefined where none is configured. */ identityCenter: IdentityCenter | undefined; managedRolePath: string; /** Roles of the portal itself, path and name, which nobody is offered. */ ownRoles: readonly string[] }
/** What AWS has; a list that could not be read is absent, and a problem says why and what would mend it. */
export type Importable = {
  accounts: readonly OrganizationAccount[] | undefined
  /** By account; those of accounts that could not be read are absent. */
  roles: ReadonlyMap<string, readonly ListedRole[]>
  permissionSets: readonly PermissionSet[] | undefined
  problems: readonly string[]
}

const at = 4

/**
 * Reads what AWS has that a catalogue can offer: the organisation's accounts with their units, the roles under the managed
 * path of `accountIds`, the permission sets. What cannot be read is said and keeps nothing else from being read.
 */
export async function readImportable(deps: ImportDeps, wanted: { accounts: boolean; roleAccountIds: readonly string[]; permissionSets: boolean }): Promise<Importable> {
  const problems: string[] = []
  const [accounts, permissionSets] = await Promise.all([
    wanted.accounts ? deps.organizations.listAccounts() : undefined,
    wanted.permissionSets ? deps.identityCenter?.listPermissionSets() : undefined,
  ])
  if (accounts && !accounts.ok) problems.push(accountsProblem(accounts))
  if (permissionSets && !permissionSets.ok) problems.push(`The permission sets cannot be read: ${permissionSets.message}`)
  const roles = new Map<string, readonly ListedRole[]>()
  const waiting = [...wanted.roleAccountIds]
  const work = async (): Promise<void> => {
    for (let accountId = waiting.shift(); accountId !== undefined; accountId = waiting.shift()) {
      const answer = await deps.roleList.listRoles(accountId, deps.managedRolePath)
      if (answer.ok) roles.set(accountId, answer.roles.filter(({ name }) => !deps.ownRoles.includes(name)))
      else problems.push(`The roles of ${accountId} cannot be read: ${answer.code === 'access_denied' ? `the reader’s role is not there, or does not let the portal in. Apply the account’s template first (npm run aws:template).` : answer.message}`)
    }
  }
  await Promise.all(Array.from({ length: at }, work))
  return { accounts: accounts?.ok ? accounts.accounts : undefined, roles, permissionSets: permissionSets?.ok ? permissionSets.permissionSets : undefined, problems: problems.toSorted() }
}

function accountsProblem({ code, message }: AwsFailure): string {
  if (code === 'access_denied') return 'The accounts cannot be read: AWS Organizations refuses the reader. It has to be in the management account or in a delegated administrator, with the organizations rights of its template.'
  return `The accounts cannot be read: ${message}`
}
