import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { PolicyDocument } from '#lib/iam/document.ts'
import { evaluateAccess } from '#lib/iam/evaluate.ts'
import { seedFromTemplate } from '#lib/local/aws/cloudformation/seed-from-template.ts'
import { parseCatalog } from '../parse-catalog.ts'
import { hubTemplate } from './hub.ts'

const hub = '210987654321'
const names = { managedRolePath: '/latchkey/', memberReaderRole: 'latchkey/latchkey-reader', memberRevokerRole: 'latchkey/latchkey-revoker' }
const setArn = 'arn:aws:sso:::permissionSet/ssoins-1/ps-1'
// Without the demo's own profile of this kind, so that each case has the one it is about.
const text = readFileSync('lib/local/demo/catalog.yaml', 'utf8').replace(/ {2}- id: data-staging-console\n(?: {4}.*\n)+/, '')
const profile = (permissionSet: string) => `
  - id: by-sso
    title: Data by single sign-on
    description: A permission set of IAM Identity Center in the data account.
    account: data-staging
    useCase: developer
    riskTier: low
    access: { kind: identity_center, permissionSet: "${permissionSet}", sessionDurationMinutes: 60 }
    limits: { maxDurationMinutes: 240 }
    request: { groups: [engineering] }
    approval: { approvers: [platform-leads] }
`

function rolesOf(catalogText: string) {
  const parsed = parseCatalog(catalogText)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return seedFromTemplate(hubTemplate(parsed.catalog, names), { accountId: hub, region: 'us-east-1', parameters: { PortalPrincipalArn: `arn:aws:iam::${hub}:role/portal` } }).roles
}

function may(permissionSet: string, action: string, resource: string): boolean {
  const assigner = rolesOf(`${text}${profile(permissionSet)}`).find(({ name }) => name === 'latchkey-hub-assigner')
  const roleArn = `arn:aws:iam::${hub}:role/latchkey/latchkey-hub-assigner`
  const principal = { kind: 'assumed-role' as const, arn: `arn:aws:sts::${hub}:assumed-role/latchkey-hub-assigner/x`, accountId: hub, roleArn, userId: 'AROAX:x' }
  const identity = Object.entries(assigner?.inline ?? {}).map(([name, document]) => ({ name, document: document as unknown as PolicyDocument }))
  return evaluateAccess({ principal, action, resource, resourceAccountId: hub, context: {} }, { identity }).decision === 'allowed'
}

test('a catalogue without profiles of Identity Center has no assigner', () => {
  expect(rolesOf(text).map(({ name }) => name)).toEqual(['latchkey-issuer', 'latchkey-hub-reader', 'latchkey-hub-revoker'])
})

test.each([
  ['the account of a profile', setArn, 'sso:CreateAccountAssignment', 'arn:aws:sso:::account/402233445566', true],
  ['another account', setArn, 'sso:CreateAccountAssignment', 'arn:aws:sso:::account/301122334455', false],
  ['the permission set of a profile', setArn, 'sso:DeleteAccountAssignment', setArn, true],
  ['another permission set', setArn, 'sso:CreateAccountAssignment', 'arn:aws:sso:::permissionSet/ssoins-1/ps-2', false],
  ['any permission set, where a profile names it without its ARN', 'ReadOnly', 'sso:CreateAccountAssignment', setArn, true],
  ['changing a permission set', 'ReadOnly', 'sso:PutInlinePolicyToPermissionSet', setArn, false],
  ['making a user', 'ReadOnly', 'identitystore:CreateUser', '*', false],
  ['finding a user', setArn, 'identitystore:GetUserId', '*', true],
])('the assigner and %s', (_, permissionSet, action, resource, allowed) => {
  expect(may(permissionSet, action, resource)).toBe(allowed)
})
