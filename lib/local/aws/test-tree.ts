import { allow, home, other, policy, testOrganisation } from './test-organisation.ts'
import type { LocalOrganisation } from './seed.ts'

/** The accounts of the contract tests in an organisation, with Identity Center. `home` is its delegated administrator. */
export const management = '999999999999'
export const managementKey = { accessKeyId: 'AKIALOCALMANAGEMENT1', secretAccessKey: 'management-secret-for-the-local-aws-only' }

const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess'

export const testTree: LocalOrganisation = {
  ...testOrganisation,
  accounts: [...testOrganisation.accounts, { id: management, name: 'Management', users: [{ name: 'admin', managed: [administrator], keys: [{ id: managementKey.accessKeyId, secret: managementKey.secretAccessKey }] }] }],
  organization: {
    managementAccountId: management,
    delegatedAdministrators: [home],
    policies: { 'keep-the-users': policy({ Effect: 'Deny', Action: 'iam:DeleteUser', Resource: '*' }) },
    units: [
      {
        name: 'Workloads',
        units: [{ name: 'Production', accounts: [other], withoutFullAccess: true, policies: { 'storage-and-roles': policy(allow(['s3:*', 'iam:Get*', 'iam:List*', 'sts:*', 'organizations:*', 'sso:*'])) } }],
      },
    ],
  },
  identityCenter: {
    permissionSets: [
      { name: 'Buckets', sessionMinutes: 60, inline: policy(allow('s3:ListAllMyBuckets')), tags: { team: 'data' } },
      { name: 'Everything', sessionMinutes: 480, managed: [administrator] },
    ],
    users: [
      { userName: 'maya@example.com', displayName: 'Maya Chen', email: 'maya@example.com', externalId: { issuer: 'https://scim.example.com', id: '00u1' } },
      { userName: 'tom', displayName: 'Tom Becker', email: 'tom@example.com' },
      { userName: 'ana', displayName: 'Ana Kovac', email: 'ana@example.com' },
    ],
    groups: [{ displayName: 'engineers', members: ['tom', 'ana'] }, { displayName: 'doomed', members: ['ana'] }],
  },
}
