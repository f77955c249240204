import { AwsError } from '../core/errors.ts'
import { shortHex } from '../core/ids.ts'
import { optionalText, requiredText, tagsOf } from '../core/input.ts'
import type { Call, Operation, Outcome } from '../core/operation.ts'
import { pageOf } from '../core/paging.ts'
import { checkedPolicy } from '../core/policy-text.ts'
import type { XmlValue } from '../core/xml.ts'
import { instanceOf, notFound, onNamed, permissionSetOf } from './instance.ts'
import type { PermissionSetState } from './state.ts'

const shape = ({ arn, name, description, createdAt, sessionSeconds }: PermissionSetState): XmlValue => ({ Name: name, PermissionSetArn: arn, Description: description || undefined, CreatedDate: new Date(createdAt), SessionDuration: `PT${sessionSeconds / 60}M` })

/** ISO 8601, one to twelve hours; one unless told. https://docs.aws.amazon.com/singlesignon/latest/userguide/howtosessionduration.html */
function sessionSeconds(text = 'PT1H'): number {
  const match = /^PT(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(text)
  const seconds = match ? Number(match[1] ?? 0) * 3_600 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0) : 0
  if (seconds < 3_600 || seconds > 43_200) throw new AwsError('ValidationException', 'The SessionDuration must be between PT1H and PT12H.')
  return seconds
}

/** https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreatePermissionSet.html */
function createPermissionSet(call: Call): Outcome {
  const instance = instanceOf(call)
  const name = requiredText(call.input, 'Name')
  if (!/^[\w+=,.@-]{1,32}$/.test(name)) throw new AwsError('ValidationException', String.raw`Name must satisfy regular expression pattern: [\w+=,.@-]+ and have at most 32 characters`)
  if (Object.values(instance.permissionSets).some((set) => set.name === name)) throw new AwsError('ConflictException', `PermissionSet with name ${name} already exists.`)
  const arn = `arn:aws:sso:::permissionSet/${instance.instanceArn.split('/')[1]}/ps-${shortHex()}`
  const set: PermissionSetState = { arn, name, description: optionalText(call.input, 'Description') ?? '', createdAt: call.now.getTime(), sessionSeconds: sessionSeconds(optionalText(call.input, 'SessionDuration')), managed: [], tags: tagsOf(call.input) }
  instance.permissionSets[arn] = set
  return { output: { PermissionSet: shape(set) } }
}

function change(alter: (set: PermissionSetState, call: Call) => void): Operation {
  return {
    readOnly: false,
    access: onNamed,
    run: (call) => {
      alter(permissionSetOf(call, instanceOf(call)), call)
      return {}
    },
  }
}
function read(output: (set: PermissionSetState, call: Call) => Record<string, XmlValue>): Operation {
  return { readOnly: true, access: onNamed, run: (call) => ({ output: output(permissionSetOf(call, instanceOf(call)), call) }) }
}

function listOf(call: Call, arns: readonly string[]): Outcome {
  const { items, NextToken } = pageOf(call.input, arns, 100)
  return { output: { PermissionSets: items, NextToken } }
}

export const permissionSetOperations: Record<string, Operation> = {
  CreatePermissionSet: { readOnly: false, access: onNamed, run: createPermissionSet },
  ListPermissionSets: { readOnly: true, access: onNamed, run: (call) => listOf(call, Object.keys(instanceOf(call).permissionSets)) },
  ListPermissionSetsProvisionedToAccount: {
    readOnly: true,
    access: onNamed,
    run: (call) => listOf(call, Object.keys(instanceOf(call).provisioned[requiredText(call.input, 'AccountId')] ?? {})),
  },
  /** https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountsForProvisionedPermissionSet.html */
  ListAccountsForProvisionedPermissionSet: read((set, call) => {
    if (call.input.ProvisioningStatus !== undefined) throw new AwsError('ValidationException', 'ProvisioningStatus is not known here.')
    const { provisioned } = instanceOf(call)
    const { items, NextToken } = pageOf(call.input, Object.keys(provisioned).filter((id) => provisioned[id]?.[set.arn] !== undefined), 100)
    return { AccountIds: items, NextToken }
  }),
  DescribePermissionSet: read((set) => ({ PermissionSet: shape(set) })),
  PutInlinePolicyToPermissionSet: change((set, call) => {
    set.inline = checkedPolicy(requiredText(call.input, 'InlinePolicy'), 'identity', 32_768)
  }),
  GetInlinePolicyForPermissionSet: read((set) => ({ InlinePolicy: set.inline ?? '' })),
  AttachManagedPolicyToPermissionSet: change((set, call) => {
    const arn = requiredText(call.input, 'ManagedPolicyArn')
    if (set.managed.includes(arn)) throw new AwsError('ConflictException', `Managed policy ${arn} is already attached.`)
    set.managed.push(arn)
  }),
  ListManagedPoliciesInPermissionSet: read((set, call) => {
    const { items, NextToken } = pageOf(call.input, set.managed, 100)
    return { AttachedManagedPolicies: items.map((arn) => ({ Name: arn.split('/').at(-1), Arn: arn })), NextToken }
  }),
  ListTagsForResource: {
    readOnly: true,
    access: (call) => ({ action: 'sso:ListTagsForResource', resource: optionalText(call.input, 'ResourceArn') ?? '*' }),
    run: (call) => {
      const set = instanceOf(call).permissionSets[requiredText(call.input, 'ResourceArn')]
      if (!set) throw notFound('Resource not found')
      return { output: { Tags: Object.entries(set.tags).map(([Key, Value]) => ({ Key, Value })) } }
    },
  },
}
