import { alreadyExists, deleteConflict, validationError } from '../core/errors.ts'
import { freshId } from '../core/ids.ts'
import { optionalNumber, optionalText, tagsOf, textsOf } from '../core/input.ts'
import type { Call, Operation } from '../core/operation.ts'
import type { RoleState } from '../core/state.ts'
import { find, findRole, iamArn, iamOf, newName, newPath, on, onAll, type Kind } from './lookup.ts'
import { page } from './paging.ts'
import { requireBoundary } from './principal-policies.ts'
import { roleShape, roleSummary, tagList } from './shapes.ts'
import { checkedTrust } from './trust.ts'

const createRole: Operation = {
  readOnly: false,
  access: on('Role', 'boundary-asked', 'tags-asked'),
  run: (call) => {
    const name = newName(call, 'RoleName', 64)
    const path = newPath(call)
    const iam = iamOf(call)
    if (iam.roles[name]) throw alreadyExists(`Role with name ${name} already exists.`)
    const role: RoleState = {
      name,
      path,
      id: freshId('AROA'),
      arn: iamArn(call, 'role', path, name),
      createdAt: call.now.getTime(),
      tags: tagsOf(call.input),
      inline: {},
      attached: [],
      trust: checkedTrust(call, 'AssumeRolePolicyDocument'),
      description: optionalText(call.input, 'Description'),
      maxSessionDuration: sessionDuration(call) ?? 3600,
      boundary: requireBoundary(call, optionalText(call.input, 'PermissionsBoundary')),
    }
    iam.roles[name] = role
    return { output: { Role: roleShape(role) } }
  },
}

function sessionDuration(call: Call): number | undefined {
  const seconds = optionalNumber(call.input, 'MaxSessionDuration')
  if (seconds !== undefined && (seconds < 3600 || seconds > 43_200)) {
    throw validationError('maxSessionDuration', String(seconds), 'Member must have value between 3600 and 43200')
  }
  return seconds
}

const getRole: Operation = { readOnly: true, access: on('Role'), run: (call) => ({ output: { Role: roleShape(findRole(call)) } }) }

const listRoles: Operation = {
  readOnly: true,
  access: onAll('role'),
  run: (call) => {
    const prefix = optionalText(call.input, 'PathPrefix') ?? '/'
    const roles = Object.values(iamOf(call).roles).filter((role) => role.path.startsWith(prefix))
    const { items, ...rest } = page(call.input, roles, (role) => role.name)
    return { output: { Roles: items.map(roleSummary), ...rest } }
  },
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html */
const deleteRole: Operation = {
  readOnly: false,
  access: on('Role'),
  run: (call) => {
    const role = findRole(call)
    if (role.attached.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.')
    if (Object.keys(role.inline).length > 0) throw deleteConflict('Cannot delete entity, must delete policies first.')
    delete iamOf(call).roles[role.name]
    return {}
  },
}

const updateRole: Operation = {
  readOnly: false,
  access: on('Role'),
  run: (call) => {
    const role = findRole(call)
    role.maxSessionDuration = sessionDuration(call) ?? role.maxSessionDuration
    role.description = optionalText(call.input, 'Description') ?? role.description
    return { output: {} }
  },
}

const updateAssumeRolePolicy: Operation = {
  readOnly: false,
  access: on('Role'),
  run: (call) => {
    const role = findRole(call)
    role.trust = checkedTrust(call, 'PolicyDocument')
    return {}
  },
}

export const tagOperations = (kind: Kind): Record<string, Operation> => ({
  [`Tag${kind}`]: {
    readOnly: false,
    access: on(kind, 'tags-asked'),
    run: (call) => {
      Object.assign(find(call, kind).tags, tagsOf(call.input))
      return {}
    },
  },
  [`Untag${kind}`]: {
    readOnly: false,
    access: on(kind),
    run: (call) => {
      for (const key of textsOf(call.input, 'TagKeys')) delete find(call, kind).tags[key]
      return {}
    },
  },
  [`List${kind}Tags`]: {
    readOnly: true,
    access: on(kind),
    run: (call) => ({ output: { Tags: tagList(find(call, kind).tags), IsTruncated: false } }),
  },
})

export const roleOperations: Record<string, Operation> = {
  CreateRole: createRole,
  GetRole: getRole,
  ListRoles: listRoles,
  DeleteRole: deleteRole,
  UpdateRole: updateRole,
  UpdateAssumeRolePolicy: updateAssumeRolePolicy,
  ...tagOperations('Role'),
}
