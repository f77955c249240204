import type { NamedPolicy, PolicyDocument } from '#lib/iam/document.ts'
import { managedPolicyDocument } from '../iam/managed-policies.ts'
import type { Caller } from './caller.ts'
import type { IamState } from './state.ts'
import { effectiveIam, policyArnAccount, type World } from './world.ts'

const parsed = new Map<string, PolicyDocument>()

/** Stored documents were validated when they were written; the same text is read once. */
function documentOf(text: string): PolicyDocument {
  const known = parsed.get(text)
  if (known) return known
  const document = JSON.parse(text) as PolicyDocument
  if (parsed.size > 5000) parsed.clear()
  parsed.set(text, document)
  return document
}

export const named = (name: string, text: string): NamedPolicy => ({ name, document: documentOf(text) })

function managedPolicy(world: World, arn: string): NamedPolicy | undefined {
  const aws = managedPolicyDocument(arn)
  if (aws !== undefined) return named(arn, aws)
  const policy = effectiveIam(world, policyArnAccount(arn))?.policies[arn]
  const version = policy?.versions.find((candidate) => candidate.id === policy.defaultVersion)
  return version && named(arn, version.document)
}

export type IdentityPolicies = { readonly identity: readonly NamedPolicy[]; readonly boundary?: NamedPolicy; readonly tags: Readonly<Record<string, string>> }

/**
 * What IAM holds about a caller now, read at call time: a session sees a policy that was put on its role after it began.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
 */
export function identityPolicies(world: World, caller: Caller): IdentityPolicies {
  const holder = holderOf(effectiveIam(world, caller.accountId), caller)
  if (!holder) return { identity: [], tags: {} }
  const inline = Object.entries(holder.inline).map(([name, text]) => named(name, text))
  const attached = holder.attached.map((arn) => managedPolicy(world, arn)).filter((policy) => policy !== undefined)
  const boundary = holder.boundary === undefined ? undefined : (managedPolicy(world, holder.boundary) ?? nothing(holder.boundary))
  return { identity: [...inline, ...attached], boundary, tags: holder.tags }
}

/** A role that was deleted and made again has another id: sessions of the old one hold no permissions of the new one. */
function holderOf(iam: IamState | undefined, caller: Caller) {
  if (caller.kind === 'user') return iam?.users[caller.userName]
  if (caller.kind !== 'assumed-role') return undefined
  const role = iam?.roles[caller.session.issuerName]
  return role?.id === caller.session.issuerId ? role : undefined
}

/** The session policies of a caller; undefined when it has none, so that nothing is intersected. */
export function sessionPolicies(world: World, caller: Caller): readonly NamedPolicy[] | undefined {
  const session = 'session' in caller ? caller.session : undefined
  if (!session || (session.policy === undefined && session.policyArns.length === 0)) return undefined
  const managed = session.policyArns.map((arn) => managedPolicy(world, arn) ?? nothing(arn))
  return session.policy === undefined ? managed : [named('session policy', session.policy), ...managed]
}

const nothing = (name: string): NamedPolicy => ({ name, document: { Version: '2012-10-17', Statement: [] } })
