import type { Operation } from '../core/operation.ts'
import { AwsError } from '../core/errors.ts'
import { textsOf } from '../core/input.ts'
import { accountOf, find, iamOf, onAll, on } from './lookup.ts'
import { page } from './paging.ts'
import { credentialReport } from './credential-report.ts'
import { attachedShape, encoded, policyShape, roleShape, userShape, versionShape } from './shapes.ts'

const listAccountAliases: Operation = {
  readOnly: true,
  access: onAll('*'),
  run: (call) => ({ output: { AccountAliases: accountOf(call).aliases, IsTruncated: false } }),
}

const inlineList = (inline: Readonly<Record<string, string>>) =>
  Object.entries(inline).map(([PolicyName, text]) => ({ PolicyName, PolicyDocument: encoded(text) }))

type Detail = { readonly kind: 'User' | 'Role' | 'LocalManagedPolicy'; readonly name: string; readonly shape: Record<string, never> }

/** Users, roles and the account's own policies in one pass. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html */
const getAccountAuthorizationDetails: Operation = {
  readOnly: true,
  access: onAll('*'),
  run: (call) => {
    const { users, roles, policies } = iamOf(call)
    const holders = [...Object.values(users), ...Object.values(roles)]
    const filter = textsOf(call.input, 'Filter')
    const details: Detail[] = [
      ...Object.values(users).map((user) => ({ kind: 'User' as const, name: `1${user.name}`, shape: { ...userShape(user), GroupList: [], UserPolicyList: inlineList(user.inline), AttachedManagedPolicies: user.attached.map(attachedShape) } as never })),
      ...Object.values(roles).map((role) => ({ kind: 'Role' as const, name: `2${role.name}`, shape: { ...roleShape(role), MaxSessionDuration: undefined, InstanceProfileList: [], RolePolicyList: inlineList(role.inline), AttachedManagedPolicies: role.attached.map(attachedShape) } as never })),
      ...Object.values(policies).map((policy) => {
        const attachments = holders.filter((holder) => holder.attached.includes(policy.arn)).length
        const boundaries = holders.filter((holder) => holder.boundary === policy.arn).length
        const PolicyVersionList = policy.versions.map((version) => versionShape(policy, version, true))
        return { kind: 'LocalManagedPolicy' as const, name: `3${policy.arn}`, shape: { ...policyShape(policy, attachments, boundaries), PolicyVersionList } as never }
      }),
    ]
    const { items, ...rest } = page(call.input, details.filter(({ kind }) => filter.length === 0 || filter.includes(kind)), ({ name }) => name)
    const of = (wanted: Detail['kind']) => items.filter(({ kind }) => kind === wanted).map(({ shape }) => shape)
    return { output: { UserDetailList: of('User'), GroupDetailList: [], RoleDetailList: of('Role'), Policies: of('LocalManagedPolicy'), ...rest } }
  },
}

/** Made at once here; at AWS the first call only starts it. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateCredentialReport.html */
const generateCredentialReport: Operation = {
  readOnly: true,
  access: onAll('*'),
  run: () => ({ output: { State: 'COMPLETE' } }),
}

const getCredentialReport: Operation = {
  readOnly: true,
  access: onAll('*'),
  run: (call) => ({
    output: { Content: Buffer.from(credentialReport(accountOf(call))).toString('base64'), ReportFormat: 'text/csv', GeneratedTime: call.now },
  }),
}

/** The local AWS knows no groups, MFA devices or passwords; inventories still ask. */
const nothingFor = (name: string): Operation => ({
  readOnly: true,
  access: on('User'),
  run: (call) => {
    find(call, 'User')
    return { output: { [name]: [], IsTruncated: false } }
  },
})

const getLoginProfile: Operation = {
  readOnly: true,
  access: on('User'),
  run: (call) => {
    const user = find(call, 'User')
    throw new AwsError('NoSuchEntity', `Login Profile for User ${user.name} cannot be found.`, 404, 'NoSuchEntityException')
  },
}

export const accountOperations: Record<string, Operation> = {
  ListAccountAliases: listAccountAliases,
  GetAccountAuthorizationDetails: getAccountAuthorizationDetails,
  GenerateCredentialReport: generateCredentialReport,
  GetCredentialReport: getCredentialReport,
  ListGroupsForUser: nothingFor('Groups'),
  ListMFADevices: nothingFor('MFADevices'),
  GetLoginProfile: getLoginProfile,
}
