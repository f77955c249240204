import { roleAccessOf } from './access-kinds.ts'
import type { ProfileDefinition } from './catalog-schema.ts'

/** The AWS partition a Region belongs to: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}

/** The ARN of the role that a profile grants in its account; null for what Identity Center keeps. */
export function roleArnOf(profile: Pick<ProfileDefinition, 'access'>, account: { id: string; region: string }): string | null {
  const access = roleAccessOf(profile.access)
  return access && `arn:${partitionOf(account.region)}:iam::${account.id}:role/${access.role}`
}
