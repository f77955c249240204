import type { TrailRecord } from './record.ts'

type Named = { readonly ResourceType: string; readonly ResourceName: string }
type Fields = Readonly<Record<string, unknown>>

const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {})
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

export const accessKeyIdOf = (record: TrailRecord): string | undefined => text(fields(record.userIdentity).accessKeyId)

/** For a role session, `Username` is the session's name; for others the user's. */
export function userNameOf(record: TrailRecord): string | undefined {
  const identity = fields(record.userIdentity)
  const principal = text(identity.principalId)
  if (identity.type === 'AssumedRole') return principal?.split(':')[1]
  return text(identity.userName)
}

const byParameter: Readonly<Record<string, string>> = {
  roleName: 'AWS::IAM::Role',
  userName: 'AWS::IAM::User',
  policyArn: 'AWS::IAM::Policy',
  policyName: 'AWS::IAM::Policy',
  accessKeyId: 'AWS::IAM::AccessKey',
  bucketName: 'AWS::S3::Bucket',
  secretId: 'AWS::SecretsManager::Secret',
  snapshotId: 'AWS::EC2::Snapshot',
}

/** The resources event history lists with an event: those of the record, and those its parameters and answer name. */
export function resourcesOf(record: TrailRecord): Named[] {
  const listed = (Array.isArray(record.resources) ? record.resources : []) as { type: string; ARN: string }[]
  const parameters = fields(record.requestParameters)
  const named = Object.entries(byParameter).flatMap(([name, ResourceType]) => {
    const ResourceName = text(parameters[name])
    return ResourceName === undefined ? [] : [{ ResourceType, ResourceName }]
  })
  const answer = fields(record.responseElements)
  const issued = text(fields(answer.credentials ?? answer.accessKey).accessKeyId)
  const session = fields(answer.assumedRoleUser)
  return [
    ...listed.map(({ type, ARN }) => ({ ResourceType: type, ResourceName: ARN })),
    ...named,
    ...instancesOf(parameters),
    ...(issued === undefined ? [] : [{ ResourceType: 'AWS::IAM::AccessKey', ResourceName: issued }]),
    ...[session.assumedRoleId, session.arn].map(text).flatMap((name) => (name === undefined ? [] : [{ ResourceType: 'AWS::STS::AssumedRole', ResourceName: name }])),
  ]
}

function instancesOf(parameters: Fields): Named[] {
  const items = fields(parameters.instancesSet).items
  return (Array.isArray(items) ? items : []).flatMap((item: unknown) => {
    const id = text(fields(item).instanceId)
    return id === undefined ? [] : [{ ResourceType: 'AWS::EC2::Instance', ResourceName: id }]
  })
}
