import { AwsError } from '../core/errors.ts'
import { tagKeys } from '../core/authorize.ts'
import { objectsOf, optionalText, requiredText, textsOf, type Input } from '../core/input.ts'
import type { Call, Operation } from '../core/operation.ts'
import type { InstanceState } from '../core/state.ts'
import { account, anything, arn, items, refuseFilters, requiredIds, tagSet } from './common.ts'

function instancesAsked(call: Call): InstanceState[] {
  const own = Object.values(account(call).instances).filter((instance) => instance.region === call.region)
  const ids = textsOf(call.input, 'InstanceId')
  const missing = ids.find((id) => !own.some((instance) => instance.id === id))
  if (missing !== undefined) {
    throw new AwsError('InvalidInstanceID.NotFound', `The instance ID '${missing}' does not exist`, 400, 'Client.InvalidInstanceID.NotFound')
  }
  return ids.length === 0 ? own : own.filter((instance) => ids.includes(instance.id))
}

const codes = { running: 16, stopped: 80 } as const
const stateOf = (state: InstanceState['state']) => ({ code: codes[state], name: state })

const shape = (call: Call, instance: InstanceState) => ({
  instanceId: instance.id,
  imageId: 'ami-0abcdef1234567890',
  instanceState: stateOf(instance.state),
  instanceType: instance.type,
  launchTime: new Date(instance.launchedAt),
  placement: { availabilityZone: `${instance.region}a`, tenancy: 'default' },
  vpcId: instance.vpcId,
  privateIpAddress: '10.0.0.10',
  tagSet: tagSet(instance.tags),
  ownerId: call.caller.accountId,
})

/** The filters that are needed: state and tags. Others are refused rather than ignored. */
function filterOf(input: Input): (instance: InstanceState) => boolean {
  const filters = objectsOf(input, 'Filter').map((filter) => ({ name: requiredText(filter, 'Name'), values: textsOf(filter, 'Value') }))
  return (instance) =>
    filters.every(({ name, values }) => {
      if (name === 'instance-state-name') return values.includes(instance.state)
      if (name.startsWith('tag:')) return values.includes(instance.tags[name.slice(4)] ?? '')
      throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`, 400, 'Client.InvalidParameterValue')
    })
}

const describeInstances: Operation = {
  readOnly: true,
  access: anything,
  requestParameters: ({ input }) => ({ instancesSet: items('instanceId', textsOf(input, 'InstanceId')), filterSet: {} }),
  run: (call) => {
    const found = instancesAsked(call).filter(filterOf(call.input))
    const reservationSet = found.map((instance) => ({ reservationId: instance.id.replace('i-', 'r-'), ownerId: call.caller.accountId, instancesSet: [shape(call, instance)] }))
    return { output: { reservationSet } }
  },
}

const setState = (state: InstanceState['state']): Operation => ({
  readOnly: false,
  access: (call) =>
    requiredIds(call, 'InstanceId').map((id) => {
      const tags = account(call).instances[id]?.tags ?? {}
      return { action: `ec2:${call.action}`, resource: arn(call, 'instance', id), context: { ...tagKeys('aws:ResourceTag', tags), ...tagKeys('ec2:ResourceTag', tags) } }
    }),
  requestParameters: ({ input }) => ({ instancesSet: items('instanceId', textsOf(input, 'InstanceId')) }),
  run: (call) => {
    const changes = instancesAsked(call).map((instance) => {
      const previousState = stateOf(instance.state)
      instance.state = state
      return { instanceId: instance.id, currentState: stateOf(state), previousState }
    })
    return { output: { instancesSet: changes }, trail: { responseElements: { requestId: call.requestId, instancesSet: { items: changes } } } }
  },
})

const describeVpcs: Operation = {
  readOnly: true,
  access: anything,
  requestParameters: () => ({ vpcSet: {}, filterSet: {} }),
  run: (call) => {
    refuseFilters(call)
    const ids = new Set(Object.values(account(call).instances).filter(({ region }) => region === call.region).map(({ vpcId }) => vpcId))
    return { output: { vpcSet: [...ids].map((vpcId) => ({ vpcId, state: 'available', cidrBlock: '10.0.0.0/16', isDefault: true, ownerId: call.caller.accountId })) } }
  },
}

const regions = ['us-east-1', 'us-east-2', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-southeast-2']

const describeRegions: Operation = {
  readOnly: true,
  access: anything,
  requestParameters: () => ({ regionSet: {} }),
  run: () => ({ output: { regionInfo: regions.map((regionName) => ({ regionName, regionEndpoint: `ec2.${regionName}.amazonaws.com`, optInStatus: 'opt-in-not-required' })) } }),
}

const createTags: Operation = {
  readOnly: false,
  access: (call) => requiredIds(call, 'ResourceId').map((id) => ({ action: 'ec2:CreateTags', resource: arn(call, id.startsWith('i-') ? 'instance' : 'snapshot', id) })),
  requestParameters: ({ input }) => ({ resourcesSet: items('resourceId', textsOf(input, 'ResourceId')), tagSet: { items: objectsOf(input, 'Tag').map(({ Key, Value }) => ({ key: Key, value: Value })) } }),
  run: (call) => {
    const tags = Object.fromEntries(objectsOf(call.input, 'Tag').map((tag) => [requiredText(tag, 'Key'), optionalText(tag, 'Value') ?? '']))
    for (const id of textsOf(call.input, 'ResourceId')) Object.assign(account(call).instances[id]?.tags ?? account(call).snapshots[id]?.tags ?? {}, tags)
    return { output: { return: true }, trail: { responseElements: { requestId: call.requestId, _return: true } } }
  },
}

export const instanceOperations: Record<string, Operation> = {
  DescribeRegions: describeRegions,
  DescribeInstances: describeInstances,
  StartInstances: setState('running'),
  StopInstances: setState('stopped'),
  DescribeVpcs: describeVpcs,
  CreateTags: createTags,
}
