import type { Access } from '../core/authorize.ts'
import { AwsError } from '../core/errors.ts'
import { optionalText, requiredText } from '../core/input.ts'
import type { Call } from '../core/operation.ts'
import type { IdentityCenterState, PermissionSetState } from './state.ts'

/**
 * Both Identity Center's and the identity store's requests count: 20 a second in all, which nobody can have raised.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html
 */
const perSecond = 20

/** Refuses the 21st request of a second. Tokens come back by the movable clock: a stopped one gives none. */
export function admitRequest({ world, now }: Pick<Call, 'world' | 'now'>): void {
  const at = now.getTime()
  countRequest(world.identityCenter.load, at)
  const bucket = world.identityCenter.bucket
  const tokens = Math.min(perSecond, bucket.tokens + (Math.max(0, at - bucket.at) / 1_000) * perSecond)
  Object.assign(bucket, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: Math.max(at, bucket.at) })
  if (tokens < 1) throw tooManyRequests('Rate exceeded')
}

/** Refused requests count as well: whoever sent them was too fast. */
function countRequest(load: IdentityCenterLoad, at: number): void {
  load.requests += 1
  load.lastSecond.push(at)
  while ((load.lastSecond[0] ?? at) <= at - 1_000) load.lastSecond.shift()
  load.busiestSecond = Math.max(load.busiestSecond, load.lastSecond.length)
}

export const tooManyRequests = (message: string): AwsError => new AwsError('ThrottlingException', message)
export const notFound = (message: string): AwsError => new AwsError('ResourceNotFoundException', message)

/** The organisation's instance as the caller's account and Region see it: only where it is managed. */
export function visibleInstance({ world, caller, region }: Pick<Call, 'world' | 'caller' | 'region'>): IdentityCenterState | undefined {
  const { identityCenter, organization } = world.state
  const managers = organization ? [organization.managementAccountId, ...organization.delegatedAdministrators] : []
  return identityCenter?.region === region && managers.includes(caller.accountId) ? identityCenter : undefined
}

export function instanceOf(call: Call): IdentityCenterState {
  const arn = requiredText(call.input, 'InstanceArn')
  const instance = visibleInstance(call)
  if (instance?.instanceArn !== arn) throw notFound(`Instance ${arn} not found`)
  return instance
}

export function permissionSetOf(call: Call, instance: IdentityCenterState): PermissionSetState {
  const arn = requiredText(call.input, 'PermissionSetArn')
  const set = instance.permissionSets[arn]
  if (!set) throw notFound(`PermissionSet ${arn} not found`)
  return set
}

/**
 * One access for each resource a call names.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamidentitycenter.html
 */
export function onNamed(call: Call): Access[] {
  const { input } = call
  const account = optionalText(input, 'TargetId') ?? optionalText(input, 'AccountId')
  const named = [optionalText(input, 'InstanceArn'), optionalText(input, 'PermissionSetArn'), account && `arn:aws:sso:::account/${account}`].filter((arn) => arn !== undefined)
  return (named.length > 0 ? named : ['*']).map((resource) => ({ action: `sso:${call.action}`, resource }))
}

/** Requests so far, and the most there were within any 1,000 milliseconds. */
export type IdentityCenterLoad = { requests: number; busiestSecond: number; readonly lastSecond: number[] }

/** What of Identity Center a test can set; nothing of it is kept. */
export type IdentityCenterSettings = {
  readonly bucket: { tokens: number; at: number }
  readonly load: IdentityCenterLoad
  /** How long an assignment's creation or deletion is IN_PROGRESS; for operations from now on. */
  operationMs: number
  /** Reasons with which the next operations fail, one each. */
  failures: string[]
  /** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
  rolesPerAccount: number
}

export const identityCenterSettings = (): IdentityCenterSettings => ({ bucket: { tokens: perSecond, at: 0 }, load: { requests: 0, busiestSecond: 0, lastSecond: [] }, operationMs: 0, failures: [], rolesPerAccount: 1_000 })
