import type { Template } from '#lib/catalog/templates/template.ts'
import type { SeedRole } from '../seed.ts'
import type { SeedPolicy } from '../seed-policy.ts'
import { completeContext, type Made, resolve, resourcesOf, type StackContext } from './resolve.ts'

export type SeedOwnPolicy = { name: string; path: string; document: SeedPolicy }

/** Properties of a role or a managed policy, its references resolved. */
type Wanted = {
  Path: string
  RoleName?: string
  ManagedPolicyName?: string
  PolicyDocument?: SeedPolicy
  AssumeRolePolicyDocument?: SeedPolicy
  Policies?: { PolicyName: string; PolicyDocument: SeedPolicy }[]
  ManagedPolicyArns?: string[]
  Tags?: { Key: string; Value: string }[]
  MaxSessionDuration?: number
  PermissionsBoundary?: string
}

/** The roles and policies of a template as an organisation starts with them: what applying it would have made. */
export function seedFromTemplate(template: Template, given: StackContext): { roles: SeedRole[]; policies: SeedOwnPolicy[] } {
  const context = completeContext(template, given)
  const made: Made = new Map()
  const roles: SeedRole[] = []
  const policies: SeedOwnPolicy[] = []
  for (const [id, { Type, Properties }] of resourcesOf(template)) {
    const properties = resolve(Properties, context, made) as Wanted
    const name = properties.RoleName ?? properties.ManagedPolicyName ?? ''
    const arn = `arn:aws:iam::${context.accountId}:${Type === 'AWS::IAM::Role' ? 'role' : 'policy'}${properties.Path}${name}`
    made.set(id, { ref: Type === 'AWS::IAM::Role' ? name : arn, arn })
    if (Type === 'AWS::IAM::ManagedPolicy') policies.push({ name, path: properties.Path, document: properties.PolicyDocument ?? {} })
    else if (Type === 'AWS::IAM::Role') roles.push(roleOf(name, properties))
    else throw new Error(`An organisation is not seeded with ${Type}.`)
  }
  return { roles, policies }
}

function roleOf(name: string, { Path, AssumeRolePolicyDocument = {}, Policies = [], ManagedPolicyArns = [], Tags = [], MaxSessionDuration, PermissionsBoundary }: Wanted): SeedRole {
  return {
    name,
    path: Path,
    trust: AssumeRolePolicyDocument,
    inline: Object.fromEntries(Policies.map(({ PolicyName, PolicyDocument }) => [PolicyName, PolicyDocument])),
    managed: ManagedPolicyArns,
    tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
    ...(MaxSessionDuration === undefined ? {} : { maxSessionDuration: MaxSessionDuration }),
    ...(PermissionsBoundary === undefined ? {} : { boundary: PermissionsBoundary }),
  }
}
