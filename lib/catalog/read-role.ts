import type { AwsResult } from '#lib/aws/aws-failure.ts'
import type { ReadRole, RoleReader } from '#lib/aws/role-reader.ts'
import type { InputJsonValue } from '@prisma/client/runtime/client'
import type { Database } from '#lib/db/client.ts'
import type { ProfileDefinition } from './catalog-schema.ts'
import { findDrift, roleDigest } from './role-drift.ts'

export type RoleReading = { role: ReadRole; digest: string; drift: string[]; readAt: Date }

/**
 * What AWS has for a profile's role, read again when the stored reading is older than `maxAgeMs` (0: always). A reading
 * that fails is a failure, never an old answer passed off as new.
 */
export async function readRole(
  deps: { db: Database; roleReader: RoleReader },
  profile: ProfileDefinition,
  roleArn: string,
  now: Date,
  maxAgeMs: number,
): Promise<AwsResult<{ reading: RoleReading }>> {
  const stored = await deps.db.roleSnapshot.findUnique({ where: { roleArn } })
  if (stored && now.getTime() - stored.readAt.getTime() < maxAgeMs && stored.readAt <= now) {
    const role = stored.document as unknown as ReadRole
    return { ok: true, reading: { role, digest: stored.digest, drift: findDrift(role, profile), readAt: stored.readAt } }
  }
  const accountId = roleArn.split(':')[4] ?? ''
  const answer = await deps.roleReader.readRole(accountId, roleArn)
  if (!answer.ok) return answer
  const { role } = answer
  const digest = roleDigest(role)
  const drift = findDrift(role, profile)
  const row = { readAt: now, digest, document: role as unknown as InputJsonValue, drift }
  await deps.db.roleSnapshot.upsert({ where: { roleArn }, create: { roleArn, ...row }, update: row })
  return { ok: true, reading: { role, digest, drift, readAt: now } }
}
