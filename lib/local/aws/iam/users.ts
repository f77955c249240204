import { alreadyExists, deleteConflict } from '../core/errors.ts'
import { freshId } from '../core/ids.ts'
import { optionalText, tagsOf } from '../core/input.ts'
import type { Operation } from '../core/operation.ts'
import type { UserState } from '../core/state.ts'
import { findUser, iamArn, iamOf, newName, newPath, on, onAll } from './lookup.ts'
import { page } from './paging.ts'
import { requireBoundary } from './principal-policies.ts'
import { tagOperations } from './roles.ts'
import { userShape, userSummary } from './shapes.ts'

const createUser: Operation = {
  readOnly: false,
  access: on('User', 'boundary-asked', 'tags-asked'),
  run: (call) => {
    const name = newName(call, 'UserName', 64)
    const path = newPath(call)
    const iam = iamOf(call)
    if (iam.users[name]) throw alreadyExists(`User with name ${name} already exists.`)
    const user: UserState = {
      name,
      path,
      id: freshId('AIDA'),
      arn: iamArn(call, 'user', path, name),
      createdAt: call.now.getTime(),
      tags: tagsOf(call.input),
      inline: {},
      attached: [],
      boundary: requireBoundary(call, optionalText(call.input, 'PermissionsBoundary')),
      keys: [],
    }
    iam.users[name] = user
    return { output: { User: userShape(user) } }
  },
}

const getUser: Operation = { readOnly: true, access: on('User'), run: (call) => ({ output: { User: userShape(findUser(call)) } }) }

const listUsers: Operation = {
  readOnly: true,
  access: onAll('user'),
  run: (call) => {
    const prefix = optionalText(call.input, 'PathPrefix') ?? '/'
    const users = Object.values(iamOf(call).users).filter((user) => user.path.startsWith(prefix))
    const { items, ...rest } = page(call.input, users, (user) => user.name)
    return { output: { Users: items.map(userSummary), ...rest } }
  },
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html */
const deleteUser: Operation = {
  readOnly: false,
  access: on('User'),
  run: (call) => {
    const user = findUser(call)
    if (user.keys.length > 0) throw deleteConflict('Cannot delete entity, must delete access keys first.')
    if (user.attached.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.')
    if (Object.keys(user.inline).length > 0) throw deleteConflict('Cannot delete entity, must delete policies first.')
    delete iamOf(call).users[user.name]
    return {}
  },
}

export const userOperations: Record<string, Operation> = {
  CreateUser: createUser,
  GetUser: getUser,
  ListUsers: listUsers,
  DeleteUser: deleteUser,
  ...tagOperations('User'),
}
