import type { Access } from '#lib/catalog/catalog-schema.ts'
import { definitionOf } from '#lib/catalog/definition-of.ts'
import { reservedRoleOf } from '#lib/catalog/reserved-role.ts'
import { roleArnOf } from '#lib/catalog/role-arn.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { newCode } from '#lib/db/new-code.ts'
import { newId } from '#lib/db/new-id.ts'
import { jobInsert } from '#lib/jobs/job-insert.ts'
import type { Consequences } from '#lib/record/append-entry.ts'
import { narrow, narrowedOf } from '#lib/requests/narrowed-scope.ts'
import { sessionNameOf } from './session-name.ts'
import { vendorRoleInsert } from './vendor/vendor.store.ts'

export type GrantRequest = {
  id: string
  personId: string
  profileId: string
  durationMinutes: number
  startsAt: Date | null
  roleDigest: string | null
  narrowed: unknown
  person: { username: string }
  profile: { definition: unknown; account: { id: string; region: string } }
}

/** An ARN of a permission set does not tell its name. */
function assignedRoleOf(access: Access, account: { id: string; region: string }): string {
  return reservedRoleOf(access.kind === 'identity_center' && !access.permissionSet.startsWith('arn:') ? access.permissionSet : '*', account)
}

/**
 * The grant of a request that is being approved, as what follows from the approval in its own statement: an approval
 * without its grant and the job that activates it, or a grant without its approval, cannot exist.
 */
export function openGrant(request: GrantRequest, now: Date): Consequences {
  const { account } = request.profile
  const definition = definitionOf(request.profile)
  const { limits } = definition
  const access = narrow(definition.access, narrowedOf(request))
  const roleArn = roleArnOf(definition, account) ?? assignedRoleOf(access, account)
  const [grantId, code] = [newId(), newCode('G')]
  const opensAt = request.startsAt && request.startsAt > now ? request.startsAt : now
  const grant = Prisma.sql`
    granted AS (
      INSERT INTO "grant" (id, code, "requestId", "personId", "profileId", "accountId", region, "roleArn", "sessionName", "durationMinutes", access, "leaseMinutes", "opensAt", "roleDigest", "createdAt")
      SELECT ${grantId}::uuid, ${code}, ${request.id}::uuid, ${request.personId}::uuid, ${request.profileId}, ${account.id}, ${account.region}, ${roleArn}, ${sessionNameOf(request.person.username, code)},
        ${request.durationMinutes}::integer, ${JSON.stringify(access)}::jsonb, ${limits.leaseMinutes}::integer, ${opensAt}::timestamptz, ${request.roleDigest}::text, ${now}::timestamptz
      FROM change
    )`
  const facts = { code, holder: request.personId, roleArn, durationMinutes: request.durationMinutes, access, leaseMinutes: limits.leaseMinutes, opensAt: opensAt.toISOString() }
  const job = jobInsert('grant.activate', { grantId }, opensAt > now ? opensAt : undefined)
  return {
    entries: [{ kind: 'grant.opened', occurredAt: now, subjectId: request.profileId, requestId: request.id, grantId, facts }],
    inserts: [...(access.kind === 'third_party_trust' ? [vendorRoleInsert(roleArn, now)] : []), grant, job],
  }
}
