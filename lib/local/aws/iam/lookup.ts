import type { Access } from '../core/authorize.ts'
import { tagKeys } from '../core/authorize.ts'
import { noSuchEntity, validationError } from '../core/errors.ts'
import { lowerFirst, optionalText, requiredText, tagsOf } from '../core/input.ts'
import type { Call } from '../core/operation.ts'
import type { AccountState, IamState, ManagedPolicyState, RoleState, UserState } from '../core/state.ts'

export type Kind = 'Role' | 'User'

/** An authenticated caller's account exists. */
export const accountOf = ({ world, caller }: Pick<Call, 'world' | 'caller'>): AccountState => world.state.accounts[caller.accountId]!
export const iamOf = (call: Pick<Call, 'world' | 'caller'>): IamState => accountOf(call).iam
export const iamArn = (call: Pick<Call, 'caller'>, kind: 'role' | 'user' | 'policy', path: string, name: string): string =>
  `arn:aws:iam::${call.caller.accountId}:${kind}${path}${name}`

/** `GetUser` and its like mean the caller's own user when no name is given. */
function nameOf(call: Call, kind: Kind): string {
  if (kind === 'User' && call.caller.kind === 'user') return optionalText(call.input, 'UserName') ?? call.caller.userName
  return requiredText(call.input, `${kind}Name`)
}

function peek(call: Call, kind: Kind): RoleState | UserState | undefined {
  const iam = iamOf(call)
  return (kind === 'Role' ? iam.roles : iam.users)[nameOf(call, kind)]
}

export function find(call: Call, kind: Kind): RoleState | UserState {
  const found = peek(call, kind)
  if (!found) throw noSuchEntity(`The ${kind.toLowerCase()} with name ${nameOf(call, kind)} cannot be found.`)
  return found
}

export function findRole(call: Call): RoleState {
  find(call, 'Role')
  return iamOf(call).roles[nameOf(call, 'Role')]!
}

export function findUser(call: Call): UserState {
  find(call, 'User')
  return iamOf(call).users[nameOf(call, 'User')]!
}

export function findPolicy(call: Call): ManagedPolicyState {
  const arn = requiredText(call.input, 'PolicyArn')
  const policy = iamOf(call).policies[arn]
  if (!policy) throw noSuchEntity(`Policy ${arn} was not found.`)
  return policy
}

type Extra = 'boundary-it-has' | 'boundary-asked' | 'policy' | 'tags-asked'

/**
 * Access to one role or user, with the condition keys that action knows.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 */
export function on(kind: Kind, ...extras: readonly Extra[]): (call: Call) => Access {
  return (call) => {
    const entity = peek(call, kind)
    const path = optionalText(call.input, 'Path') ?? '/'
    const resource = entity?.arn ?? iamArn(call, kind === 'Role' ? 'role' : 'user', path, nameOf(call, kind))
    const tags = entity?.tags ?? {}
    const context = { ...tagKeys('aws:ResourceTag', tags), ...tagKeys('iam:ResourceTag', tags), ...extraContext(call, extras, entity?.boundary) }
    return { action: `iam:${call.action}`, resource, context }
  }
}

function extraContext(call: Call, extras: readonly Extra[], boundary: string | undefined): Record<string, string | string[]> {
  const context: Record<string, string | string[]> = {}
  const asked = optionalText(call.input, 'PermissionsBoundary')
  const arn = optionalText(call.input, 'PolicyArn')
  if (extras.includes('boundary-it-has') && boundary !== undefined) context['iam:PermissionsBoundary'] = boundary
  if (extras.includes('boundary-asked') && asked !== undefined) context['iam:PermissionsBoundary'] = asked
  if (extras.includes('policy') && arn !== undefined) context['iam:PolicyARN'] = arn
  if (extras.includes('tags-asked')) {
    const tags = tagsOf(call.input)
    Object.assign(context, tagKeys('aws:RequestTag', tags), Object.keys(tags).length > 0 && { 'aws:TagKeys': Object.keys(tags) })
  }
  return context
}

/** Access to what has no single resource: lists. */
export const onAll = (kind: 'role' | 'user' | 'policy' | '*') => (call: Call): Access => ({
  action: `iam:${call.action}`,
  resource: kind === '*' ? '*' : `arn:aws:iam::${call.caller.accountId}:${kind}${optionalText(call.input, 'PathPrefix') ?? '/'}`,
})

export const onPolicy = (call: Call): Access => {
  const arn = optionalText(call.input, 'PolicyArn')
  const named = iamArn(call, 'policy', optionalText(call.input, 'Path') ?? '/', optionalText(call.input, 'PolicyName') ?? '')
  return { action: `iam:${call.action}`, resource: arn ?? named, context: extraContext(call, ['tags-asked'], undefined) }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names */
export function newName(call: Call, field: string, maximum: number): string {
  const name = requiredText(call.input, field)
  if (name.length > maximum) throw validationError(lowerFirst(field), name, `Member must have length less than or equal to ${maximum}`)
  if (!/^[\w+=,.@-]+$/.test(name)) throw validationError(lowerFirst(field), name, String.raw`Member must satisfy regular expression pattern: [\w+=,.@-]+`)
  return name
}

export function newPath(call: Call): string {
  const path = optionalText(call.input, 'Path') ?? '/'
  if (!/^(\/|\/[\u0021-\u007F]+\/)$/.test(path)) throw validationError('path', path, 'Member must satisfy regular expression pattern: (/)|(/[!-~]+/)')
  return path
}
