import { definitionOf } from '#lib/catalog/definition-of.ts'
import { roleArnOf } from '#lib/catalog/role-arn.ts'
import type { Transaction } from '#lib/db/client.ts'
import { newCode } from '#lib/db/new-code.ts'
import type { JobQueue } from '#lib/jobs/queue.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { sessionNameOf } from './session-name.ts'

export type GrantRequest = { id: string; personId: string; profileId: string; durationMinutes: number; startsAt: Date | null; roleDigest: string | null }

/**
 * Opens the grant of a request that is being approved, in the approval's own transaction, together with the job that
 * will activate it: an approval without its grant, or a grant without its approval, cannot exist.
 */
export async function openGrant(tx: Transaction, queue: JobQueue, request: GrantRequest, now: Date): Promise<void> {
  const profile = await tx.accessProfile.findUniqueOrThrow({ where: { id: request.profileId }, include: { account: true } })
  const person = await tx.person.findUniqueOrThrow({ where: { id: request.personId } })
  const definition = definitionOf(profile)
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
      roleArn: roleArnOf(definition, profile.account),
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
