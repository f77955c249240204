import type { Access } from '../core/authorize.ts'
import { AwsError } from '../core/errors.ts'
import { listOf, textsOf } from '../core/input.ts'
import type { Call } from '../core/operation.ts'
import type { AccountState } from '../core/state.ts'

export const account = ({ world, caller }: Call): AccountState => world.state.accounts[caller.accountId]!
/** Describe calls know no single resource. */
export const anything = (call: Call): Access => ({ action: `ec2:${call.action}`, resource: '*' })
export const tagSet = (tags: Readonly<Record<string, string>>) => Object.entries(tags).map(([key, value]) => ({ key, value }))
/** The form in which EC2's records list things. */
export const items = (name: string, ids: readonly string[]) => (ids.length === 0 ? {} : { items: ids.map((id) => ({ [name]: id })) })
export const arn = (call: Call, kind: string, id: string): string => `arn:aws:ec2:${call.region}:${call.caller.accountId}:${kind}/${id}`

/** A filter that is not understood is refused: ignoring it would answer another question. */
export function refuseFilters(call: Call): void {
  if (listOf(call.input, 'Filter').length > 0) {
    throw new AwsError('InvalidParameterValue', `The local AWS knows no filters for ${call.action}.`, 400, 'Client.InvalidParameterValue')
  }
}

export function requiredIds(call: Call, name: string): string[] {
  const ids = textsOf(call.input, name)
  if (ids.length === 0) throw new AwsError('MissingParameter', `The request must contain the parameter ${name}`, 400, 'Client.MissingParameter')
  return ids
}
