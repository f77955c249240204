import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam'
import type { Config } from '#lib/config/config.ts'
import type { AwsResult } from './aws-failure.ts'
import { type Circuit, openCircuit } from './circuit.ts'
import { believing, type Identities, steady } from './credentials.ts'

export type ReadPolicy = { name: string; arn?: string; document: unknown }

/** A role as AWS has it: what it allows, what bounds it, who may take it on. */
export type ReadRole = {
  roleArn: string
  roleId: string
  maxSessionSeconds: number
  trust: unknown
  inline: ReadPolicy[]
  managed: ReadPolicy[]
  boundary: ReadPolicy | null
}

export type RoleReader = { readRole(accountId: string, roleArn: string): Promise<AwsResult<{ role: ReadRole }>> }

/** IAM documents come URL-encoded (RFC 3986) from AWS, and plain from some emulators. */
export function decodeDocument(text: string | undefined): unknown {
  if (!text) return null
  return JSON.parse(text.trimStart().startsWith('{') ? text : decodeURIComponent(text))
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html and its neighbours. */
export function openRoleReader(aws: Config['aws'], identities: Identities): RoleReader {
  const open = new Map<string, { client: IAMClient; circuit: Circuit }>()
  const placeOf = (accountId: string) => {
    const place = open.get(accountId) ?? { client: believing(new IAMClient({ ...steady, region: aws.region, credentials: identities.readerOf(accountId) })), circuit: openCircuit(`IAM of ${accountId}`) }
    open.set(accountId, place)
    return place
  }
  return {
    readRole: (accountId, roleArn) => {
      const { client, circuit } = placeOf(accountId)
      return circuit.ask(async () => ({ role: await readRole(client, roleArn) }))
    },
  }
}

async function readRole(client: IAMClient, roleArn: string): Promise<ReadRole> {
  const RoleName = roleArn.slice(roleArn.lastIndexOf('/') + 1)
  const [{ Role }, inline, managed] = await Promise.all([
    client.send(new GetRoleCommand({ RoleName })),
    readInline(client, RoleName),
    readManaged(client, RoleName),
  ])
  const boundaryArn = Role?.PermissionsBoundary?.PermissionsBoundaryArn
  return {
    roleArn: Role?.Arn ?? roleArn,
    roleId: Role?.RoleId ?? '',
    maxSessionSeconds: Role?.MaxSessionDuration ?? 3_600,
    trust: decodeDocument(Role?.AssumeRolePolicyDocument),
    inline,
    managed,
    boundary: boundaryArn ? await readManagedPolicy(client, boundaryArn) : null,
  }
}

async function readInline(client: IAMClient, RoleName: string): Promise<ReadPolicy[]> {
  const names: string[] = []
  let Marker: string | undefined
  do {
    const page = await client.send(new ListRolePoliciesCommand({ RoleName, Marker }))
    names.push(...(page.PolicyNames ?? []))
    Marker = page.IsTruncated ? page.Marker : undefined
  } while (Marker)
  return Promise.all(
    names.map(async (PolicyName) => {
      const { PolicyDocument } = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }))
      return { name: PolicyName, document: decodeDocument(PolicyDocument) }
    }),
  )
}

async function readManaged(client: IAMClient, RoleName: string): Promise<ReadPolicy[]> {
  const arns: string[] = []
  let Marker: string | undefined
  do {
    const page = await client.send(new ListAttachedRolePoliciesCommand({ RoleName, Marker }))
    arns.push(...(page.AttachedPolicies ?? []).flatMap((policy) => policy.PolicyArn ?? []))
    Marker = page.IsTruncated ? page.Marker : undefined
  } while (Marker)
  return Promise.all(arns.map((arn) => readManagedPolicy(client, arn)))
}

async function readManagedPolicy(client: IAMClient, PolicyArn: string): Promise<ReadPolicy> {
  const { Policy } = await client.send(new GetPolicyCommand({ PolicyArn }))
  const { PolicyVersion } = await client.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId ?? 'v1' }))
  return { name: Policy?.PolicyName ?? PolicyArn, arn: PolicyArn, document: decodeDocument(PolicyVersion?.Document) }
}
