import type { EventRuleState } from '../events/state.ts'
import type { OrganizationState } from '../organizations/state.ts'
import type { QueueState } from '../sqs/state.ts'
import type { IdentityCenterState } from '../sso/state.ts'

/** Everything the local AWS knows, as plain data: what is in `state.json`. Dates are milliseconds. */
export type OrganisationState = {
  readonly accounts: Record<string, AccountState>
  readonly buckets: Record<string, BucketState>
  /** By ARN. */
  readonly queues: Record<string, QueueState>
  eventRules: EventRuleState[]
  /** What CloudTrail signs digests with, by Region. */
  readonly digestKeys: Record<string, DigestKeyState>
  /** Absent: accounts that belong to no organisation. */
  readonly organization?: OrganizationState
  readonly identityCenter?: IdentityCenterState
}

export type AccountState = {
  readonly id: string
  readonly name: string
  readonly aliases: string[]
  iam: IamState
  readonly trails: Record<string, TrailState>
  readonly secrets: Record<string, SecretState>
  readonly instances: Record<string, InstanceState>
  readonly snapshots: Record<string, SnapshotState>
}

export type IamState = {
  readonly roles: Record<string, RoleState>
  readonly users: Record<string, UserState>
  readonly policies: Record<string, ManagedPolicyState>
}

type Principal = {
  readonly name: string
  readonly path: string
  readonly id: string
  readonly arn: string
  readonly createdAt: number
  tags: Record<string, string>
  readonly inline: Record<string, string>
  attached: string[]
  boundary?: string
}

export type RoleState = Principal & {
  trust: string
  description?: string
  maxSessionDuration: number
  lastUsed?: { at: number; region: string }
}

export type UserState = Principal & { readonly keys: AccessKeyState[] }

export type AccessKeyState = {
  readonly id: string
  readonly secret: string
  status: 'Active' | 'Inactive'
  readonly createdAt: number
  lastUsed?: { at: number; region: string; service: string }
}

export type ManagedPolicyState = {
  readonly name: string
  readonly path: string
  readonly id: string
  readonly arn: string
  readonly description?: string
  readonly createdAt: number
  updatedAt: number
  defaultVersion: string
  nextVersion: number
  versions: { id: string; document: string; createdAt: number }[]
  tags: Record<string, string>
}

export type BucketState = {
  readonly name: string
  readonly accountId: string
  readonly region: string
  readonly createdAt: number
  policy?: string
  notifications?: NotificationState[]
  readonly objects: Record<string, ObjectState>
  /** Made with Object Lock, and so versioned: every version of every key, oldest first. */
  readonly objectLock?: boolean
  versions?: Record<string, VersionState[]>
}
/** `object` null: a delete marker. */
export type VersionState = { readonly id: string; readonly object: ObjectState | null; readonly lock?: { readonly mode: string; readonly retainUntil: number } }
/** A queue that is told of objects. Empty prefix and suffix: all of them. */
export type NotificationState = { readonly id: string; readonly queueArn: string; readonly events: readonly string[]; readonly prefix: string; readonly suffix: string }

export type ObjectState = {
  /** Names the bytes in the blob store. */
  readonly blob: string
  readonly size: number
  readonly etag: string
  readonly contentType: string
  readonly modifiedAt: number
  readonly metadata: Record<string, string>
}

export type SecretState = {
  readonly arn: string
  readonly name: string
  readonly region: string
  description?: string
  readonly createdAt: number
  changedAt: number
  accessedAt?: number
  tags: Record<string, string>
  policy?: string
  versions: { id: string; value: string; stages: string[]; createdAt: number }[]
}

export type InstanceState = {
  readonly id: string
  readonly region: string
  readonly type: string
  readonly vpcId: string
  state: 'running' | 'stopped'
  readonly launchedAt: number
  tags: Record<string, string>
}
export type SnapshotState = {
  readonly id: string
  readonly region: string
  readonly volumeId: string
  readonly sizeGiB: number
  readonly createdAt: number
  sharedWith: string[]
  tags: Record<string, string>
}

export type TrailState = {
  readonly name: string
  readonly arn: string
  readonly region: string
  bucket: string
  prefix?: string
  multiRegion: boolean
  globalEvents: boolean
  validateFiles: boolean
  logging: boolean
  startedAt?: number
  stoppedAt?: number
  /** The last event whose file is in the bucket. */
  deliveredUpTo?: number
  deliveredAt?: number
  deliveryError?: string
  /** The events of the last delivery, by sequence. */
  lastDelivery?: number[]
  /** Chains of digests that are open, by Region. */
  digests?: Record<string, DigestState>
  /** When logging and validation were last turned on, which begins new chains. */
  digestsFrom?: number
  /** Files that no digest names yet. */
  undigested?: UndigestedFile[]
  /** As sent by `PutEventSelectors`; read only to know which data events are selected. */
  eventSelectors: unknown[]
  advancedEventSelectors: unknown[]
}

export type DigestState = {
  readonly key: string
  readonly bucket: string
  readonly hash: string
  readonly signature: string
  readonly end: number
  /** Logging or validation was stopped: one more digest, and the chain ends. */
  closing?: true
}
export type UndigestedFile = { readonly region: string; readonly bucket: string; readonly key: string; readonly hash: string; readonly at: number; readonly oldest: string; readonly newest: string }
/** DER in base64: PKCS #8 and PKCS #1. */
export type DigestKeyState = { readonly privateKey: string; readonly publicKey: string; readonly fingerprint: string; readonly from: number }
