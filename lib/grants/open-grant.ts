import type { Access } from '#lib/catalog/catalog-schema.ts'
import { definitionOf } from '#lib/catalog/definition-of.ts'
import { reservedRoleOf } from '#lib/catalog/reserved-role.ts'
import { roleArnOf } from '#lib/catalog/role-arn.ts'
import type { Transaction } from '#lib/db/client.ts'
import { newCode } from '#lib/db/new-code.ts'
import type { JobQueue } from '#lib/jobs/queue.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { sessionNameOf } from './session-name.ts'
import { keepVendorRole } from './vendor/vendor.store.ts'

export type GrantRequest = { id: string; personId: string; profileId: string; durationMinutes: number; startsAt: Date | null; roleDigest: string | null }

/** An ARN of a permission set does not tell its name. */
function assignedRoleOf(access: Access, account: { id: string; region: string }): string {
  return reservedRoleOf(access.kind === 'identity_center' && !access.permissionSet.startsWith('arn:') ? access.permissionSet : '*', account)
}

/**
 * Opens the grant of a request that is being approved, in the approval's own transaction, together with the job that
 * will activate it: an approval without its grant, or a grant without its approval, cannot exist.
 */
export async function openGrant(tx: Transaction, queue: JobQueue, request: GrantRequest, now: Date): Promise<void> {
  const profile = await tx.accessProfile.findUniqueOrThrow({ where: { id: request.profileId }, include: { account: true } })
  const person = await tx.person.findUniqueOrThrow({ where: { id: request.personId } })
  const definition = definitionOf(profile)
  const roleArn = roleArnOf(definition, profile.account) ?? assignedRoleOf(definition.access, profile.account)
  if (definition.access.kind === 'third_party_trust') await keepVendorRole(tx, roleArn, now)
  const code = newCode('G')
  const opensAt = request.startsAt && request.startsAt > now ? request.startsAt : now
  const grant = await tx.grant.create({
    data: {
      code,
      requestId: request.id,
      personId: request.personId,
      profileId: request.profileId,
      accountId: profile.accountId,
      region: profile.account.region,
      roleArn,
      sessionName: sessionNameOf(person.username, code),
      durationMinutes: request.durationMinutes,
      access: definition.access,
      leaseMinutes: definition.limits.leaseMinutes,
      opensAt,
      roleDigest: request.roleDigest,
      createdAt: now,
    },
  })
  await appendEntry(tx, {
    kind: 'grant.opened',
    occurredAt: now,
    subjectId: request.profileId,
    requestId: request.id,
    grantId: grant.id,
    facts: { code, holder: request.personId, roleArn: grant.roleArn, durationMinutes: request.durationMinutes, access: definition.access, leaseMinutes: definition.limits.leaseMinutes, opensAt: opensAt.toISOString() },
  })
  await queue.enqueue(tx, 'grant.activate', { grantId: grant.id }, opensAt > now ? opensAt : undefined)
}
