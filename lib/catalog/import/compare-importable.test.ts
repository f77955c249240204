import { describe, expect, it } from 'vitest'
import { parseCatalog } from '../parse-catalog.ts'
import { compareImportable } from './compare-importable.ts'
import { draftProfile } from './draft-profile.ts'
import type { Importable } from './read-importable.ts'
import { writeImported } from './write-imported.ts'

const file = `# Kept by the platform team
version: 1
accounts:
  - { id: "111122223333", name: payments, environment: production, region: eu-central-1 } # the first
profiles:
  - id: payments-read
    title: Payments, read only
    description: Looks at the payments account.
    account: payments
    useCase: developer
    riskTier: low
    access: { kind: sts_role, role: latchkey/payments-read }
    limits: { maxDurationMinutes: 60 }
    request: { groups: [payments] }
    approval: { approvers: [leads] }
    proof: { call: "ec2:DescribeRegions" }
`
const parsed = parseCatalog(file)
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
const { catalog } = parsed

const nothing: Importable = { accounts: undefined, roles: new Map(), permissionSets: undefined, problems: [] }
const account = (id: string, name: string, path: string[] = [], status = 'ACTIVE') => ({ id, name, path, status })
const compare = (found: Partial<Importable>) => compareImportable({ ...nothing, ...found }, catalog, 'eu-west-1')

describe('what AWS has and a catalogue lacks', () => {
  it('accounts under the catalogue’s kind of names, each its own, with what their units say they are for', () => {
    const found = compare({ accounts: [account('111122223333', 'Payments'), account('222222222222', 'Payments', ['Workloads', 'Non-Prod']), account('333333333333', 'Ünïcode & Co', ['Workloads', 'Production']), account('444444444444', 'x', ['Sandbox']), account('555555555555', 'data dev', ['Production']), account('666666666666', 'Ledger', []), account('777777777777', 'gone', [], 'SUSPENDED')] })
    expect(found.accounts.map(({ id, name, environment }) => [id, name, environment])).toEqual([
      ['222222222222', 'payments-2222', 'staging'],
      ['333333333333', 'u-ni-code-co', 'production'],
      ['444444444444', 'account-444444444444', 'sandbox'],
      // The account's own name says more than its unit.
      ['555555555555', 'data-dev', 'development'],
      // Nobody says: the most careful.
      ['666666666666', 'ledger', 'production'],
    ])
    expect(found.vanished).toEqual([])
  })

  it('roles and permission sets that no profile names', () => {
    const listed = (name: string) => ({ name, description: '', maxSessionMinutes: 60 })
    const set = (name: string) => ({ arn: `arn:aws:sso:::permissionSet/${name}`, name, description: 'Reads', sessionMinutes: 120 })
    const found = compare({ roles: new Map([['111122223333', [listed('latchkey/payments-read'), listed('latchkey/payments-admin')]]]), permissionSets: [set('ReadOnly')] })
    expect(found.roles).toEqual([{ accountId: '111122223333', role: 'latchkey/payments-admin', description: '', maxSessionMinutes: 60 }])
    expect(found.permissionSets).toEqual([{ name: 'ReadOnly', description: 'Reads', sessionMinutes: 120 }])
  })

  it('what the catalogue names and AWS has no more is said; what could not be read is not called gone', () => {
    expect(compare({ accounts: [], roles: new Map([['111122223333', []]]) }).vanished).toEqual(['The account payments (111122223333) is not in the organisation.', 'The profile payments-read names the role latchkey/payments-read, which the account payments does not have.'])
    expect(compare({ accounts: [account('111122223333', 'payments', [], 'SUSPENDED')] }).vanished).toEqual(['AWS says SUSPENDED of the account payments (111122223333).'])
    expect(compare({}).vanished).toEqual([])
  })
})

it('a file keeps all that stands in it, and reads back with what was added', () => {
  const [added] = compare({ accounts: [account('222222222222', 'Data', ['Staging'])] }).accounts
  const { path: _path, ...plain } = added!
  const profiles = [
    { ...draftProfile({ kind: 'role', found: { accountId: '222222222222', role: 'latchkey/DataLoader', description: '', maxSessionMinutes: 720 } }, 'data'), request: { groups: ['data'] }, approval: { approvers: ['leads'] } },
    { ...draftProfile({ kind: 'permission_set', found: { name: 'ReadOnly', description: 'Look at everything', sessionMinutes: 30 } }, 'data'), request: { groups: ['data'] }, approval: { approvers: ['leads'] } },
  ]
  const text = writeImported(file, { accounts: [plain], profiles })
  expect(text.startsWith(file.slice(0, file.indexOf('profiles:')).trimEnd())).toBe(true)
  const read = parseCatalog(text)
  expect(read.ok ? read.catalog.profiles.map(({ id, title, riskTier }) => [id, title, riskTier]) : read.problems).toEqual([
    ['payments-read', 'Payments, read only', 'low'],
    ['data-data-loader', 'Data Loader in data', 'high'],
    ['data-read-only', 'Read Only in data', 'high'],
  ])
  expect(parseCatalog(writeImported(null, { accounts: [plain], profiles }))).toMatchObject({ ok: true })
})
