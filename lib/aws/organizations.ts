import { type Account, ListAccountsForParentCommand, ListOrganizationalUnitsForParentCommand, ListRootsCommand, OrganizationsClient } from '@aws-sdk/client-organizations'
import type { Config } from '#lib/config/config.ts'
import type { AwsResult } from './aws-failure.ts'
import { openCircuit } from './circuit.ts'
import { believing, type CredentialProvider, steady } from './credentials.ts'

export type OrganizationAccount = {
  id: string
  name: string
  /** As AWS says it: ACTIVE, SUSPENDED, PENDING_CLOSURE, … */
  status: string
  /** Names of the units from under the root down to the account's own. */
  path: string[]
}

export type Organizations = { listAccounts(): Promise<AwsResult<{ accounts: OrganizationAccount[] }>> }

/**
 * Every account of the organisation with the units it is in, as the reader's hub role sees them: it must be in the
 * management account or a delegated administrator. The tree is walked unit by unit, since AWS tells no account its path.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsForParent.html
 */
export function openOrganizations(aws: Config['aws'], reader: CredentialProvider): Organizations {
  const client = believing(new OrganizationsClient({ ...steady, region: aws.region, credentials: reader }))
  const circuit = openCircuit('AWS Organizations')
  return {
    listAccounts: () =>
      circuit.ask(async (abortSignal) => {
        const { Roots = [] } = await client.send(new ListRootsCommand({}), { abortSignal })
        const found = await Promise.all(Roots.map((root) => under(client, root.Id ?? '', [], abortSignal)))
        return { accounts: found.flat() }
      }),
  }
}

/** One place after the other: Organizations throttles those who ask for everything at once. */
async function under(client: OrganizationsClient, ParentId: string, path: string[], abortSignal: AbortSignal): Promise<OrganizationAccount[]> {
  const accounts = (await accountsIn(client, ParentId, abortSignal)).map(({ Id = '', Name = '', State, Status }) => ({ id: Id, name: Name, status: State ?? Status ?? 'UNKNOWN', path }))
  for (const unit of await unitsIn(client, ParentId, abortSignal)) accounts.push(...(await under(client, unit.id, [...path, unit.name], abortSignal)))
  return accounts
}

async function accountsIn(client: OrganizationsClient, ParentId: string, abortSignal: AbortSignal): Promise<Account[]> {
  const accounts: Account[] = []
  let NextToken: string | undefined
  do {
    const page = await client.send(new ListAccountsForParentCommand({ ParentId, NextToken }), { abortSignal })
    accounts.push(...(page.Accounts ?? []))
    NextToken = page.NextToken
  } while (NextToken)
  return accounts
}

async function unitsIn(client: OrganizationsClient, ParentId: string, abortSignal: AbortSignal): Promise<{ id: string; name: string }[]> {
  const units: { id: string; name: string }[] = []
  let NextToken: string | undefined
  do {
    const page = await client.send(new ListOrganizationalUnitsForParentCommand({ ParentId, NextToken }), { abortSignal })
    units.push(...(page.OrganizationalUnits ?? []).map(({ Id = '', Name = '' }) => ({ id: Id, name: Name })))
    NextToken = page.NextToken
  } while (NextToken)
  return units
}
