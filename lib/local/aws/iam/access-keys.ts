import { findKey } from '../core/authenticate.ts'
import { limitExceeded, noSuchEntity, validationError } from '../core/errors.ts'
import { freshId, freshSecret } from '../core/ids.ts'
import { camelCased, requiredText } from '../core/input.ts'
import type { Call, Operation } from '../core/operation.ts'
import type { AccessKeyState } from '../core/state.ts'
import { findUser, on } from './lookup.ts'
import { page } from './paging.ts'

const metadata = (userName: string, key: AccessKeyState) => ({ UserName: userName, AccessKeyId: key.id, Status: key.status, CreateDate: new Date(key.createdAt) })

/** At most two keys a user, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const createAccessKey: Operation = {
  readOnly: false,
  access: on('User'),
  run: (call) => {
    const user = findUser(call)
    if (user.keys.length >= 2) throw limitExceeded('Cannot exceed quota for AccessKeysPerUser: 2')
    const key: AccessKeyState = { id: freshId('AKIA'), secret: freshSecret(), status: 'Active', createdAt: call.now.getTime() }
    user.keys.push(key)
    const shown = metadata(user.name, key)
    return {
      output: { AccessKey: { ...shown, SecretAccessKey: key.secret } },
      trail: { responseElements: { accessKey: camelCased(shown) } },
    }
  },
}

const listAccessKeys: Operation = {
  readOnly: true,
  access: on('User'),
  run: (call) => {
    const user = findUser(call)
    const { items, ...rest } = page(call.input, user.keys, (key) => key.id)
    return { output: { AccessKeyMetadata: items.map((key) => metadata(user.name, key)), ...rest } }
  },
}

const deleteAccessKey: Operation = {
  readOnly: false,
  access: on('User'),
  run: (call) => {
    const { user, key } = keyAsked(call)
    user.keys.splice(user.keys.indexOf(key), 1)
    return {}
  },
}

const updateAccessKey: Operation = {
  readOnly: false,
  access: on('User'),
  run: (call) => {
    const status = requiredText(call.input, 'Status')
    if (status !== 'Active' && status !== 'Inactive') throw validationError('status', status, 'Member must satisfy enum value set: [Active, Inactive]')
    keyAsked(call).key.status = status
    return {}
  },
}

function keyAsked(call: Call) {
  const user = findUser(call)
  const id = requiredText(call.input, 'AccessKeyId')
  const key = user.keys.find((candidate) => candidate.id === id)
  if (!key) throw noSuchEntity(`The Access Key with id ${id} cannot be found.`)
  return { user, key }
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html */
const getAccessKeyLastUsed: Operation = {
  readOnly: true,
  access: (call) => {
    const found = findKey(call.world, requiredText(call.input, 'AccessKeyId'))
    return { action: 'iam:GetAccessKeyLastUsed', resource: found?.user.arn ?? `arn:aws:iam::${call.caller.accountId}:user/*` }
  },
  run: (call) => {
    const found = findKey(call.world, requiredText(call.input, 'AccessKeyId'))
    if (!found || found.accountId !== call.caller.accountId) throw noSuchEntity('The Access Key cannot be found.')
    const used = found.key.lastUsed
    const AccessKeyLastUsed = used
      ? { LastUsedDate: new Date(used.at), ServiceName: used.service, Region: used.region }
      : { ServiceName: 'N/A', Region: 'N/A' }
    return { output: { UserName: found.user.name, AccessKeyLastUsed } }
  },
}

export const accessKeyOperations: Record<string, Operation> = {
  CreateAccessKey: createAccessKey,
  ListAccessKeys: listAccessKeys,
  DeleteAccessKey: deleteAccessKey,
  UpdateAccessKey: updateAccessKey,
  GetAccessKeyLastUsed: getAccessKeyLastUsed,
}
