import { splitArn } from './condition-values.ts'

const kinds: Readonly<Record<string, string>> = {
  'lambda:function': 'function',
  'iam:role': 'role',
  'iam:user': 'user',
  'ec2:instance': 'machine',
  'ec2:security-group': 'firewall group',
  'dynamodb:table': 'table',
  'secretsmanager:secret': 'secret',
  'ssm:parameter': 'parameter',
  'kms:key': 'key',
  'logs:log-group': 'log group',
  'rds:db': 'database',
}

function bucketWords(resource: string): string {
  const [bucket, ...rest] = resource.split('/')
  const name = bucket === '*' ? 'every bucket' : `bucket ${bucket}`
  if (rest.length === 0) return bucket === '*' ? 'every bucket and object' : name
  const key = rest.join('/')
  return key === '*' ? `objects in ${name}` : `objects ${key} in ${name}`
}

/**
 * A resource pattern for people: `arn:aws:s3:::orders/*` is `objects in bucket orders`. What it has no words for stays
 * an ARN, never less.
 */
export function resourceWords(pattern: string): string {
  const arn = splitArn(pattern)
  if (!arn || pattern.includes(' ∩ ') || pattern.includes('${')) return pattern
  const [, , service, region, account, resource] = arn as [string, string, string, string, string, string]
  if (service === 's3' && account === '') return bucketWords(resource)
  if (service === 'sqs' || service === 'sns') return `${service === 'sqs' ? 'queue' : 'topic'} ${resource}`
  const [, type, name] = /^([\w-]+)[:/](.+)$/u.exec(resource) ?? []
  if (type === undefined || name === undefined) return pattern
  const kind = kinds[`${service}:${type}`] ?? type.replaceAll('-', ' ')
  const place = region === '' || region === '*' ? '' : ` in ${region}`
  return `${name === '*' ? `every ${kind}` : `${kind} ${name}`}${place}`
}
