import { alreadyExists, AwsError, deleteConflict, limitExceeded, noSuchEntity } from '../core/errors.ts'
import { freshId } from '../core/ids.ts'
import { optionalBoolean, optionalText, requiredText, tagsOf } from '../core/input.ts'
import type { Call, Operation } from '../core/operation.ts'
import { checkedPolicy } from '../core/policy-text.ts'
import type { ManagedPolicyState } from '../core/state.ts'
import { findPolicy, iamArn, iamOf, newName, newPath, onAll, onPolicy } from './lookup.ts'
import { awsManagedPolicies } from './managed-policies.ts'
import { page } from './paging.ts'
import { policyShape, tagList, versionShape } from './shapes.ts'

/** A policy of AWS or of the account, as one shape. */
function anyPolicy(call: Call): ManagedPolicyState {
  const aws = awsManagedPolicies.get(requiredText(call.input, 'PolicyArn'))
  return aws ? asState(aws) : findPolicy(call)
}

const awsSince = Date.parse('2015-02-06T18:40:00Z')

const asState = ({ name, path, id, arn, document }: { name: string; path: string; id: string; arn: string; document: string }): ManagedPolicyState => ({
  name, path, id, arn, createdAt: awsSince, updatedAt: awsSince, defaultVersion: 'v1', nextVersion: 2, tags: {},
  versions: [{ id: 'v1', document, createdAt: awsSince }],
})

function shape(call: Call, policy: ManagedPolicyState) {
  const { roles, users } = iamOf(call)
  const holders = [...Object.values(roles), ...Object.values(users)]
  const attachments = holders.filter((holder) => holder.attached.includes(policy.arn)).length
  return policyShape(policy, attachments, holders.filter((holder) => holder.boundary === policy.arn).length)
}

const createPolicy: Operation = {
  readOnly: false,
  access: onPolicy,
  run: (call) => {
    const name = newName(call, 'PolicyName', 128)
    const path = newPath(call)
    const arn = iamArn(call, 'policy', path, name)
    const { policies } = iamOf(call)
    if (policies[arn]) throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`)
    const document = checkedPolicy(requiredText(call.input, 'PolicyDocument'), 'identity')
    const at = call.now.getTime()
    const versions = [{ id: 'v1', document, createdAt: at }]
    const policy = { name, path, arn, id: freshId('ANPA'), description: optionalText(call.input, 'Description'), createdAt: at, updatedAt: at, defaultVersion: 'v1', nextVersion: 2, versions, tags: tagsOf(call.input) }
    policies[arn] = policy
    return { output: { Policy: shape(call, policy) } }
  },
}

const getPolicy: Operation = {
  readOnly: true,
  access: onPolicy,
  run: (call) => {
    const policy = anyPolicy(call)
    return { output: { Policy: { ...shape(call, policy), Description: policy.description, Tags: tagList(policy.tags) } } }
  },
}

const listPolicies: Operation = {
  readOnly: true,
  access: onAll('policy'),
  run: (call) => {
    const scope = optionalText(call.input, 'Scope') ?? 'All'
    const prefix = optionalText(call.input, 'PathPrefix') ?? '/'
    const own = scope === 'AWS' ? [] : Object.values(iamOf(call).policies)
    const aws = scope === 'Local' ? [] : [...awsManagedPolicies.values()].map(asState)
    const attachedOnly = optionalBoolean(call.input, 'OnlyAttached') === true
    const shown = [...own, ...aws].filter((policy) => policy.path.startsWith(prefix)).map((policy) => shape(call, policy))
    const { items, ...rest } = page(call.input, shown.filter((policy) => !attachedOnly || policy.AttachmentCount > 0), (policy) => policy.Arn)
    return { output: { Policies: items, ...rest } }
  },
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html */
const deletePolicy: Operation = {
  readOnly: false,
  access: onPolicy,
  run: (call) => {
    const policy = findPolicy(call)
    const shown = shape(call, policy)
    if (shown.AttachmentCount + shown.PermissionsBoundaryUsageCount > 0) throw deleteConflict('Cannot delete a policy attached to entities.')
    if (policy.versions.length > 1) throw deleteConflict('This policy has more than one version. Before you delete a policy, you must delete the policy\'s versions.')
    delete iamOf(call).policies[policy.arn]
    return {}
  },
}

function version(policy: ManagedPolicyState, id: string) {
  const found = policy.versions.find((candidate) => candidate.id === id)
  if (!found) throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`)
  return found
}

const getPolicyVersion: Operation = {
  readOnly: true,
  access: onPolicy,
  run: (call) => {
    const policy = anyPolicy(call)
    return { output: { PolicyVersion: versionShape(policy, version(policy, requiredText(call.input, 'VersionId')), true) } }
  },
}

const listPolicyVersions: Operation = {
  readOnly: true,
  access: onPolicy,
  run: (call) => {
    const policy = anyPolicy(call)
    const { items, ...rest } = page(call.input, policy.versions, ({ id }) => id.padStart(6, '0'))
    return { output: { Versions: items.toReversed().map((entry) => versionShape(policy, entry, false)), ...rest } }
  },
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html */
const createPolicyVersion: Operation = {
  readOnly: false,
  access: onPolicy,
  run: (call) => {
    const policy = findPolicy(call)
    if (policy.versions.length >= 5) {
      throw limitExceeded('A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.')
    }
    const document = checkedPolicy(requiredText(call.input, 'PolicyDocument'), 'identity')
    const created = { id: `v${policy.nextVersion}`, document, createdAt: call.now.getTime() }
    policy.nextVersion += 1
    policy.versions.push(created)
    policy.updatedAt = created.createdAt
    if (optionalBoolean(call.input, 'SetAsDefault') === true) policy.defaultVersion = created.id
    return { output: { PolicyVersion: versionShape(policy, created, false) } }
  },
}

const setDefaultPolicyVersion: Operation = {
  readOnly: false,
  access: onPolicy,
  run: (call) => {
    const policy = findPolicy(call)
    policy.defaultVersion = version(policy, requiredText(call.input, 'VersionId')).id
    return {}
  },
}

const deletePolicyVersion: Operation = {
  readOnly: false,
  access: onPolicy,
  run: (call) => {
    const policy = findPolicy(call)
    const gone = version(policy, requiredText(call.input, 'VersionId'))
    if (gone.id === policy.defaultVersion) throw deleteConflict('Cannot delete the default version of a policy.')
    policy.versions = policy.versions.filter(({ id }) => id !== gone.id)
    return {}
  },
}

const listEntitiesForPolicy: Operation = {
  readOnly: true,
  access: onPolicy,
  run: (call) => {
    const arn = requiredText(call.input, 'PolicyArn')
    if (optionalText(call.input, 'EntityFilter') === 'Group') throw new AwsError('ValidationError', 'The local AWS knows no groups.')
    const { roles, users } = iamOf(call)
    const uses = (holder: { attached: string[]; boundary?: string }) => holder.attached.includes(arn) || holder.boundary === arn
    return {
      output: {
        PolicyRoles: Object.values(roles).filter(uses).map((role) => ({ RoleName: role.name, RoleId: role.id })),
        PolicyUsers: Object.values(users).filter(uses).map((user) => ({ UserName: user.name, UserId: user.id })),
        PolicyGroups: [],
        IsTruncated: false,
      },
    }
  },
}

export const policyOperations: Record<string, Operation> = {
  CreatePolicy: createPolicy,
  GetPolicy: getPolicy,
  ListPolicies: listPolicies,
  DeletePolicy: deletePolicy,
  GetPolicyVersion: getPolicyVersion,
  ListPolicyVersions: listPolicyVersions,
  CreatePolicyVersion: createPolicyVersion,
  SetDefaultPolicyVersion: setDefaultPolicyVersion,
  DeletePolicyVersion: deletePolicyVersion,
  ListEntitiesForPolicy: listEntitiesForPolicy,
}
