import { createHash } from 'node:crypto'
import { seededHex, seededId, seededUuid } from './core/ids.ts'
import type { AccountState, BucketState, IamState, OrganisationState } from './core/state.ts'

import { type SeedOrganization, seedOrganizationTree } from './organizations/seed.ts'
import type { QueueState } from './sqs/state.ts'
import { seededPolicy as written, type SeedPolicy } from './seed-policy.ts'
import { type SeedIdentityCenter, seedIdentityCenter } from './sso/seed.ts'

/** What a local organisation starts with. Policies are documents, as objects. */
export type LocalOrganisation = {
  /** When everything seeded was created; ISO 8601. */
  readonly createdAt?: string
  readonly accounts: readonly SeedAccount[]
  readonly buckets?: readonly SeedBucket[]
  readonly queues?: readonly SeedQueue[]
  readonly organization?: SeedOrganization
  /** Needs an organisation. */
  readonly identityCenter?: SeedIdentityCenter
}
type Tags = Readonly<Record<string, string>>
type SeedPrincipal = {
  readonly name: string
  /** `/` unless told; begins and ends with a slash. */
  readonly path?: string
  readonly inline?: Readonly<Record<string, SeedPolicy>>
  /** ARNs of AWS managed policies, ARNs or bare names of this account's own. */
  readonly managed?: readonly string[]
  readonly boundary?: string
  readonly tags?: Tags
  readonly createdAt?: string
}
type SeedUser = SeedPrincipal & {
  readonly keys?: readonly {
    readonly id: string
    readonly secret: string
    readonly status?: 'Active' | 'Inactive'
    readonly createdAt?: string
    readonly lastUsedAt?: string
  }[]
}
export type SeedRole = SeedPrincipal & {
  readonly trust: SeedPolicy
  readonly description?: string
  readonly maxSessionDuration?: number
}
type SeedAccount = {
  readonly id: string
  readonly name: string
  readonly alias?: string
  readonly users?: readonly SeedUser[]
  readonly roles?: readonly SeedRole[]
  readonly policies?: readonly { readonly name: string; readonly path?: string; readonly document: SeedPolicy; readonly description?: string }[]
  /** OIDC providers: the issuer's URL, its audiences, and its keys (a JWKS, or where to fetch it). */
  readonly oidcProviders?: readonly {
    readonly issuer: string
    readonly audiences: readonly string[]
    readonly jwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] }
    readonly jwksUri?: string
  }[]
  readonly secrets?: readonly { readonly name: string; readonly value: string; readonly region?: string; readonly policy?: SeedPolicy; readonly tags?: Tags }[]
  readonly instances?: readonly { readonly name: string; readonly region?: string; readonly type?: string; readonly state?: 'running' | 'stopped'; readonly tags?: Tags }[]
  readonly snapshots?: readonly { readonly name: string; readonly region?: string; readonly sizeGiB?: number }[]
  readonly trails?: readonly { readonly name: string; readonly bucket: string; readonly region?: string; readonly dataEvents?: readonly string[] }[]
}
type SeedBucket = {
  readonly name: string
  readonly accountId: string
  readonly region?: string
  readonly policy?: SeedPolicy
  readonly objects?: Readonly<Record<string, string>>
  /** The ARN of a queue that is told of every new object. */
  readonly notifies?: string
  readonly objectLock?: boolean
}
type SeedQueue = { readonly name: string; readonly accountId: string; readonly region?: string; readonly policy?: SeedPolicy }

const homeRegion = 'us-east-1'

/** The state a seed describes. `keepBlob` stores an object's bytes and answers their name. */
export function seedOrganisation(seed: LocalOrganisation, keepBlob: (bytes: Buffer) => string): OrganisationState {
  const createdAt = Date.parse(seed.createdAt ?? '2026-01-05T09:00:00Z')
  const accounts = Object.fromEntries(seed.accounts.map((account) => [account.id, seedAccount(account, createdAt)]))
  return {
    accounts,
    queues: keyed((seed.queues ?? []).map((queue) => seedQueue(queue, createdAt)), 'arn'),
    eventRules: [],
    digestKeys: {},
    buckets: Object.fromEntries((seed.buckets ?? []).map((bucket) => [bucket.name, seedBucket(bucket, createdAt, keepBlob)])),
    ...(seed.organization && { organization: seedOrganizationTree(seed.organization, seed.accounts.map(({ id }) => id), createdAt) }),
    ...(seed.organization && seed.identityCenter && { identityCenter: seedIdentityCenter(seed.identityCenter, seed.organization.managementAccountId, accounts, createdAt) }),
  }
}

function seedAccount(account: SeedAccount, createdAt: number): AccountState {
  return {
    id: account.id,
    name: account.name,
    aliases: account.alias === undefined ? [] : [account.alias],
    iam: seedIam(account, createdAt),
    trails: seedTrails(account, createdAt),
    secrets: seedSecrets(account, createdAt),
    instances: seedInstances(account, createdAt),
    snapshots: seedSnapshots(account, createdAt),
  }
}

function seedIam(account: SeedAccount, createdAt: number): IamState {
  const arn = (kind: string, path: string, name: string) => `arn:aws:iam::${account.id}:${kind}${path}${name}`
  const policies = (account.policies ?? []).map(({ name, path = '/', document, description }) => {
    const policyArn = arn('policy', path, name)
    const versions = [{ id: 'v1', document: written(document, 'identity'), createdAt }]
    const id = seededId('ANPA', policyArn)
    return { name, path, id, arn: policyArn, description, createdAt, updatedAt: createdAt, defaultVersion: 'v1', nextVersion: 2, versions, tags: {} }
  })
  const policyArn = (reference: string) =>
    reference.startsWith('arn:') ? reference : (policies.find((policy) => policy.name === reference)?.arn ?? arn('policy', '/', reference))
  const principal = (kind: 'role' | 'user', seed: SeedPrincipal) => {
    const path = seed.path ?? '/'
    const own = arn(kind, path, seed.name)
    return {
      name: seed.name,
      path,
      id: seededId(kind === 'role' ? 'AROA' : 'AIDA', own),
      arn: own,
      createdAt: moment(seed.createdAt, createdAt),
      tags: { ...seed.tags },
      inline: Object.fromEntries(Object.entries(seed.inline ?? {}).map(([name, document]) => [name, written(document, 'identity')])),
      attached: (seed.managed ?? []).map(policyArn),
      ...(seed.boundary === undefined ? {} : { boundary: policyArn(seed.boundary) }),
    }
  }
  const roles = (account.roles ?? []).map((role) => ({
    ...principal('role', role),
    trust: written(role.trust, 'trust'),
    description: role.description,
    maxSessionDuration: role.maxSessionDuration ?? 3600,
  }))
  const users = (account.users ?? []).map((user) => ({ ...principal('user', user), keys: seedKeys(user, createdAt) }))
  return { roles: keyed(roles, 'name'), users: keyed(users, 'name'), policies: keyed(policies, 'arn') }
}

function seedKeys(user: SeedUser, createdAt: number) {
  return (user.keys ?? []).map((key) => ({
    id: key.id,
    secret: key.secret,
    status: key.status ?? ('Active' as const),
    createdAt: moment(key.createdAt, createdAt),
    ...(key.lastUsedAt === undefined ? {} : { lastUsed: { at: Date.parse(key.lastUsedAt), region: homeRegion, service: 's3' } }),
  }))
}

function seedSecrets(account: SeedAccount, createdAt: number): AccountState['secrets'] {
  const secrets = (account.secrets ?? []).map(({ name, value, region = homeRegion, policy, tags }) => {
    const arn = `arn:aws:secretsmanager:${region}:${account.id}:secret:${name}-${seededHex(`${account.id}${name}`, 6)}`
    const versions = [{ id: seededUuid(arn), value, stages: ['AWSCURRENT'], createdAt }]
    return { arn, name, region, createdAt, changedAt: createdAt, tags: { ...tags }, policy: policy && written(policy, 'resource'), versions }
  })
  return keyed(secrets, 'arn')
}

function seedInstances(account: SeedAccount, createdAt: number): AccountState['instances'] {
  const instances = (account.instances ?? []).map(({ name, region = homeRegion, type = 't3.micro', state = 'running' as const, tags }) => ({
    id: `i-${seededHex(`${account.id}instance${name}`)}`,
    region,
    type,
    vpcId: `vpc-${seededHex(`${account.id}vpc${region}`)}`,
    state,
    launchedAt: createdAt,
    tags: { Name: name, ...tags },
  }))
  return keyed(instances, 'id')
}

function seedSnapshots(account: SeedAccount, createdAt: number): AccountState['snapshots'] {
  const snapshots = (account.snapshots ?? []).map(({ name, region = homeRegion, sizeGiB = 20 }) => ({
    id: `snap-${seededHex(`${account.id}snapshot${name}`)}`,
    region,
    volumeId: `vol-${seededHex(`${account.id}volume${name}`)}`,
    sizeGiB,
    createdAt,
    sharedWith: [],
    tags: { Name: name },
  }))
  return keyed(snapshots, 'id')
}

function seedTrails(account: SeedAccount, createdAt: number): AccountState['trails'] {
  const trails = (account.trails ?? []).map(({ name, bucket, region = homeRegion, dataEvents = [] }) => ({
    name,
    arn: `arn:aws:cloudtrail:${region}:${account.id}:trail/${name}`,
    region,
    bucket,
    multiRegion: true,
    globalEvents: true,
    validateFiles: true,
    logging: true,
    startedAt: createdAt,
    eventSelectors: [
      {
        ReadWriteType: 'All',
        IncludeManagementEvents: true,
        DataResources: dataEvents.length === 0 ? [] : [{ Type: 'AWS::S3::Object', Values: dataEvents }],
        ExcludeManagementEventSources: [],
      },
    ],
    advancedEventSelectors: [],
  }))
  return keyed(trails, 'arn')
}

function seedBucket(seed: SeedBucket, createdAt: number, keepBlob: (bytes: Buffer) => string): BucketState {
  const objects = Object.entries(seed.objects ?? {}).map(([key, text]) => {
    const bytes = Buffer.from(text)
    const etag = createHash('md5').update(bytes).digest('hex')
    const contentType = 'binary/octet-stream'
    return [key, { blob: keepBlob(bytes), size: bytes.length, etag, contentType, modifiedAt: createdAt, metadata: {} }] as const
  })
  const { name, accountId, region = homeRegion, policy, notifies, objectLock } = seed
  return {
    name,
    accountId,
    region,
    createdAt,
    ...(objectLock && { objectLock }),
    policy: policy && written(policy, 'resource'),
    ...(notifies === undefined ? {} : { notifications: [{ id: 'seeded', queueArn: notifies, events: ['s3:ObjectCreated:*'], prefix: '', suffix: '' }] }),
    objects: Object.fromEntries(objects),
  }
}

function seedQueue({ name, accountId, region = homeRegion, policy }: SeedQueue, createdAt: number): QueueState {
  return { arn: `arn:aws:sqs:${region}:${accountId}:${name}`, name, accountId, region, createdAt, changedAt: createdAt, attributes: policy ? { Policy: written(policy, 'resource') } : {}, messages: [] }
}

const moment = (date: string | undefined, otherwise: number): number => (date === undefined ? otherwise : Date.parse(date))

function keyed<Key extends string, Item extends Record<Key, string>>(items: readonly Item[], key: Key): Record<string, Item> {
  return Object.fromEntries(items.map((item) => [item[key], item]))
}
