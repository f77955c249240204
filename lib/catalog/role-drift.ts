import { createHash } from 'node:crypto'
import { isCutoff } from '#lib/aws/cutoff-policy.ts'
import { isRevocation } from '#lib/aws/revocation-policy.ts'
import { isVendorWindow, withoutOpening } from '#lib/aws/vendor-policies.ts'
import type { ReadPolicy, ReadRole } from '#lib/aws/role-reader.ts'
import { canonicalJson, type Json } from '#lib/record/canonical-json.ts'
import { roleAccessOf } from './access-kinds.ts'
import type { ProfileDefinition } from './catalog-schema.ts'

/** A role's own inline policies: a session of somebody else that was revoked, what was issued before everybody was cut off, or the window of a vendor, changes nothing of what the role allows. */
export const ownInline = ({ inline }: Pick<ReadRole, 'inline'>): ReadPolicy[] => inline.filter((policy) => !isRevocation(policy) && !isCutoff(policy) && !isVendorWindow(policy))

/** A stable fingerprint of everything that decides what a role allows and who may take it on. AWS lists policies in no promised order. */
export function roleDigest(role: ReadRole): string {
  const sorted = { ...role, trust: withoutOpening(role.trust), inline: byName(ownInline(role)), managed: byName(role.managed) }
  return createHash('sha256').update(canonicalJson(sorted as unknown as Json)).digest('hex')
}

function byName(policies: readonly ReadPolicy[]): ReadPolicy[] {
  const key = (policy: ReadPolicy): string => policy.arn ?? policy.name
  return policies.toSorted((left, right) => (key(left) < key(right) ? -1 : 1))
}

const difference = (left: readonly string[], right: readonly string[]): string[] => left.filter((item) => !right.includes(item))

/** What differs between a role in AWS and what the catalogue expects of it, as sentences; empty when nothing does. */
export function findDrift(role: ReadRole, profile: ProfileDefinition): string[] {
  const expected = roleAccessOf(profile.access)?.expected
  if (!expected) return []
  const managed = role.managed.map((policy) => policy.arn ?? policy.name)
  const inline = ownInline(role).map((policy) => policy.name)
  const boundary = role.boundary?.arn ?? null
  return [
    ...difference(managed, expected.managedPolicies).map((arn) => `AWS has the managed policy ${arn} on the role; the catalogue does not.`),
    ...difference(expected.managedPolicies, managed).map((arn) => `The catalogue expects the managed policy ${arn}; AWS does not have it on the role.`),
    ...difference(inline, expected.inlinePolicies).map((name) => `AWS has the inline policy ${name} on the role; the catalogue does not.`),
    ...difference(expected.inlinePolicies, inline).map((name) => `The catalogue expects the inline policy ${name}; AWS does not have it on the role.`),
    ...(boundary === expected.boundary ? [] : [`The catalogue expects ${expected.boundary ? `the boundary ${expected.boundary}` : 'no boundary'}; AWS has ${boundary ?? 'none'}.`]),
  ]
}
