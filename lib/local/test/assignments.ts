import { readFile } from 'node:fs/promises'
import type { IdentityCenter } from '#lib/aws/identity-center.ts'
import { parseCatalog } from '#lib/catalog/parse-catalog.ts'
import { agreeTo } from './agreed-catalog.ts'
import type { Slice } from './slice.ts'

const profile = (id: string, permissionSet: string, minutes: number) => `
  - id: ${id}
    title: ${permissionSet} by single sign-on
    description: The permission set ${permissionSet} in the data account, through IAM Identity Center.
    account: data-staging
    useCase: developer
    riskTier: low
    access: { kind: identity_center, permissionSet: ${permissionSet}, sessionDurationMinutes: ${minutes} }
    limits: { maxDurationMinutes: 240 }
    request: { groups: [engineering] }
    approval: { approvers: [platform-leads] }
`

/** Adds profiles of Identity Center to what the demo's catalogue offers. */
export async function offerAssignments(slice: Slice): Promise<void> {
  const text = await readFile('lib/local/demo/catalog.yaml', 'utf8')
  const parsed = parseCatalog(`${text}${profile('analyst-sso', 'DataAnalyst', 120)}${profile('power-sso', 'PowerUser', 60)}${profile('no-such-sso', 'Nothing', 60)}`)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  await agreeTo(slice.deps.db, parsed.catalog, slice.clock.now())
}

/** A process that dies at one call of the port: before AWS was asked, or after AWS did it and before anybody heard. */
export function dyingAt(port: IdentityCenter, fatal: number, when: 'before' | 'after'): IdentityCenter {
  let calls = 0
  const dying = async <Output>(ask: () => Promise<Output>): Promise<Output> => {
    calls += 1
    const mine = calls
    if (mine === fatal && when === 'before') throw new Error('killed')
    const answer = await ask()
    if (mine === fatal) throw new Error('killed')
    return answer
  }
  return {
    findPermissionSet: (nameOrArn) => dying(() => port.findPermissionSet(nameOrArn)),
    listPermissionSets: () => dying(() => port.listPermissionSets()),
    findPrincipal: (names) => dying(() => port.findPrincipal(names)),
    start: (kind, assignment) => dying(() => port.start(kind, assignment)),
    statusOf: (kind, requestId) => dying(() => port.statusOf(kind, requestId)),
    accountsWith: (permissionSetArn) => dying(() => port.accountsWith(permissionSetArn)),
    listAssignments: (accountId, permissionSetArn) => dying(() => port.listAssignments(accountId, permissionSetArn)),
  }
}
