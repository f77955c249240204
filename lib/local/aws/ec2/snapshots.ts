import { AwsError } from '../core/errors.ts'
import { objectsOf, optionalText, requiredText, textsOf, type Input } from '../core/input.ts'
import type { Call, Operation } from '../core/operation.ts'
import type { SnapshotState } from '../core/state.ts'
import { account, anything, items, refuseFilters, tagSet } from './common.ts'

function snapshotAsked(call: Call): SnapshotState {
  const id = requiredText(call.input, 'SnapshotId')
  const snapshot = account(call).snapshots[id]
  if (!snapshot) throw new AwsError('InvalidSnapshot.NotFound', `The snapshot '${id}' does not exist.`, 400, 'Client.InvalidSnapshot.NotFound')
  return snapshot
}

const describeSnapshots: Operation = {
  readOnly: true,
  access: anything,
  requestParameters: ({ input }) => ({ ownersSet: items('owner', textsOf(input, 'Owner')), snapshotSet: items('snapshotId', textsOf(input, 'SnapshotId')), filterSet: {} }),
  run: (call) => {
    refuseFilters(call)
    const ids = textsOf(call.input, 'SnapshotId')
    const own = Object.values(account(call).snapshots).filter(({ id, region }) => region === call.region && (ids.length === 0 || ids.includes(id)))
    const snapshotSet = own.map((snapshot) => ({
      snapshotId: snapshot.id, volumeId: snapshot.volumeId, status: 'completed', startTime: new Date(snapshot.createdAt), progress: '100%',
      ownerId: call.caller.accountId, volumeSize: snapshot.sizeGiB, encrypted: false, tagSet: tagSet(snapshot.tags),
    }))
    return { output: { snapshotSet } }
  },
}

const userIdsOf = (input: Input, change: 'Add' | 'Remove'): string[] => {
  const permission = (input.CreateVolumePermission ?? {}) as Input
  return objectsOf(permission, change).flatMap((entry) => optionalText(entry, 'UserId') ?? optionalText(entry, 'Group') ?? [])
}

/** Sharing a snapshot with another account: a way to carry data out, and so something to detect. */
const modifySnapshotAttribute: Operation = {
  readOnly: false,
  access: (call) => ({ action: 'ec2:ModifySnapshotAttribute', resource: `arn:aws:ec2:${call.region}::snapshot/${requiredText(call.input, 'SnapshotId')}` }),
  requestParameters: ({ input }) => {
    const change = (kind: 'Add' | 'Remove') => items('userId', userIdsOf(input, kind))
    return {
      snapshotId: input.SnapshotId,
      createVolumePermission: { ...(userIdsOf(input, 'Add').length > 0 && { add: change('Add') }), ...(userIdsOf(input, 'Remove').length > 0 && { remove: change('Remove') }) },
      attributeType: 'CREATE_VOLUME_PERMISSION',
    }
  },
  run: (call) => {
    const snapshot = snapshotAsked(call)
    const removed = userIdsOf(call.input, 'Remove')
    snapshot.sharedWith = [...new Set([...snapshot.sharedWith, ...userIdsOf(call.input, 'Add')])].filter((id) => !removed.includes(id))
    return { output: { return: true }, trail: { responseElements: { requestId: call.requestId, _return: true } } }
  },
}

export const snapshotOperations: Record<string, Operation> = {
  DescribeSnapshots: describeSnapshots,
  ModifySnapshotAttribute: modifySnapshotAttribute,
}
