import type { Access } from '../core/authorize.ts'
import { tagKeys } from '../core/authorize.ts'
import { AwsError } from '../core/errors.ts'
import { freshUuid, seededHex } from '../core/ids.ts'
import { camelCased, optionalNumber, optionalText, requiredText, tagsOf } from '../core/input.ts'
import type { Call, Operation, Service } from '../core/operation.ts'
import { named } from '../core/policies.ts'
import { checkedPolicy } from '../core/policy-text.ts'
import type { SecretState } from '../core/state.ts'

/** By ARN of any account, or by name in the caller's account and Region. */
function peek({ world, caller, region }: Pick<Call, 'world' | 'caller' | 'region'>, id: string): SecretState | undefined {
  if (!id.startsWith('arn:')) {
    return Object.values(world.state.accounts[caller.accountId]?.secrets ?? {}).find((secret) => secret.name === id && secret.region === region)
  }
  const secret = world.state.accounts[id.split(':')[4] ?? '']?.secrets[id]
  return secret?.region === region ? secret : undefined
}

/** Both sides of a resource policy; KMS is not modelled. https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html */
function onSecret(call: Call): Access {
  const id = requiredText(call.input, 'SecretId')
  const secret = peek(call, id)
  const resource = secret?.arn ?? (id.startsWith('arn:') ? id : `arn:aws:secretsmanager:${call.region}:${call.caller.accountId}:secret:${id}`)
  return {
    action: `secretsmanager:${call.action}`,
    resource,
    resourceAccountId: resource.split(':')[4],
    context: { 'secretsmanager:SecretId': resource, ...tagKeys('aws:ResourceTag', secret?.tags ?? {}), ...tagKeys('secretsmanager:ResourceTag', secret?.tags ?? {}) },
    ...(secret?.policy !== undefined && { resourcePolicy: named('resource policy', secret.policy) }),
  }
}

function find(call: Call): SecretState {
  const secret = peek(call, requiredText(call.input, 'SecretId'))
  if (!secret) throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
  return secret
}

const stages = (secret: SecretState) => Object.fromEntries(secret.versions.map((version) => [version.id, version.stages]))
const owned = (call: Call, secret: SecretState) => ({ alsoFor: [secret.arn.split(':')[4]!].filter((id) => id !== call.caller.accountId) })

const summary = (secret: SecretState) => ({
  ARN: secret.arn,
  Name: secret.name,
  Description: secret.description,
  CreatedDate: new Date(secret.createdAt),
  LastChangedDate: new Date(secret.changedAt),
  LastAccessedDate: secret.accessedAt === undefined ? undefined : new Date(Math.floor(secret.accessedAt / 86_400_000) * 86_400_000),
  Tags: Object.entries(secret.tags).map(([Key, Value]) => ({ Key, Value })),
})

const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS'
/** CloudTrail never shows a secret. */
const withoutValue = ({ input }: Call) => camelCased({ ...input, ...(input.SecretString !== undefined && { SecretString: hidden }), ...(input.SecretBinary !== undefined && { SecretBinary: hidden }) })

const createSecret: Operation = {
  readOnly: false,
  access: (call) => {
    const tags = tagsOf(call.input)
    const resource = `arn:aws:secretsmanager:${call.region}:${call.caller.accountId}:secret:${requiredText(call.input, 'Name')}`
    return { action: 'secretsmanager:CreateSecret', resource, context: { ...tagKeys('aws:RequestTag', tags), 'secretsmanager:Name': requiredText(call.input, 'Name') } }
  },
  requestParameters: withoutValue,
  run: (call) => {
    const name = requiredText(call.input, 'Name')
    if (peek(call, name)) throw new AwsError('ResourceExistsException', `The operation failed because the secret ${name} already exists.`)
    const arn = `arn:aws:secretsmanager:${call.region}:${call.caller.accountId}:secret:${name}-${seededHex(freshUuid(), 6)}`
    const at = call.now.getTime()
    const id = optionalText(call.input, 'ClientRequestToken') ?? freshUuid()
    const value = optionalText(call.input, 'SecretString')
    const versions = value === undefined ? [] : [{ id, value, stages: ['AWSCURRENT'], createdAt: at }]
    const description = optionalText(call.input, 'Description')
    call.world.state.accounts[call.caller.accountId]!.secrets[arn] = { arn, name, region: call.region, description, createdAt: at, changedAt: at, tags: tagsOf(call.input), versions }
    return { output: { ARN: arn, Name: name, VersionId: value === undefined ? undefined : id }, trail: { responseElements: { arn, name } } }
  },
}

const listSecrets: Operation = {
  readOnly: true,
  access: () => ({ action: 'secretsmanager:ListSecrets', resource: '*' }),
  run: (call) => {
    const all = Object.values(call.world.state.accounts[call.caller.accountId]!.secrets).filter((secret) => secret.region === call.region)
    const from = Number(optionalText(call.input, 'NextToken') ?? 0)
    const size = optionalNumber(call.input, 'MaxResults') ?? 100
    const NextToken = from + size < all.length ? String(from + size) : undefined
    return { output: { SecretList: all.slice(from, from + size).map((secret) => ({ ...summary(secret), SecretVersionsToStages: stages(secret) })), NextToken } }
  },
}

const getSecretValue: Operation = {
  readOnly: true,
  access: onSecret,
  run: (call) => {
    const secret = find(call)
    const wanted = optionalText(call.input, 'VersionId')
    const stage = optionalText(call.input, 'VersionStage') ?? 'AWSCURRENT'
    const version = secret.versions.find((candidate) => (wanted === undefined ? candidate.stages.includes(stage) : candidate.id === wanted))
    if (!version) throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for staging label: ${stage}`)
    secret.accessedAt = call.now.getTime()
    const output = { ARN: secret.arn, Name: secret.name, VersionId: version.id, SecretString: version.value, VersionStages: version.stages, CreatedDate: new Date(version.createdAt) }
    return { output, trail: owned(call, secret) }
  },
}

/** The new version is current, the one before it previous. */
const putSecretValue: Operation = {
  readOnly: false,
  access: onSecret,
  requestParameters: withoutValue,
  run: (call) => {
    const secret = find(call)
    const id = optionalText(call.input, 'ClientRequestToken') ?? freshUuid()
    const before = secret.versions.filter((version) => version.stages.includes('AWSCURRENT')).map((version) => ({ ...version, stages: ['AWSPREVIOUS'] }))
    secret.versions = [...before, { id, value: requiredText(call.input, 'SecretString'), stages: ['AWSCURRENT'], createdAt: call.now.getTime() }]
    secret.changedAt = call.now.getTime()
    return { output: { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: ['AWSCURRENT'] }, trail: { responseElements: { arn: secret.arn }, ...owned(call, secret) } }
  },
}

const resourcePolicyOperations: Record<string, Operation> = {
  PutResourcePolicy: {
    readOnly: false,
    access: onSecret,
    run: (call) => {
      const secret = find(call)
      secret.policy = checkedPolicy(requiredText(call.input, 'ResourcePolicy'), 'resource')
      return { output: { ARN: secret.arn, Name: secret.name } }
    },
  },
  GetResourcePolicy: {
    readOnly: true,
    access: onSecret,
    run: (call) => {
      const { arn, name, policy } = find(call)
      return { output: { ARN: arn, Name: name, ResourcePolicy: policy } }
    },
  },
  DeleteResourcePolicy: {
    readOnly: false,
    access: onSecret,
    run: (call) => {
      const secret = find(call)
      delete secret.policy
      return { output: { ARN: secret.arn, Name: secret.name } }
    },
  },
}

/** JSON 1.1, `secretsmanager.<Action>` */
export const secretsManagerService: Service = {
  name: 'secretsmanager',
  eventSource: 'secretsmanager.amazonaws.com',
  protocol: 'json',
  operations: {
    CreateSecret: createSecret,
    ListSecrets: listSecrets,
    DescribeSecret: {
      readOnly: true,
      access: onSecret,
      run: (call) => ({ output: { ...summary(find(call)), VersionIdsToStages: stages(find(call)) } }),
    },
    GetSecretValue: getSecretValue,
    PutSecretValue: putSecretValue,
    ...resourcePolicyOperations,
  },
}
