import { rolesOfGroups, type GroupRoleMap } from '#lib/config/portal-roles.ts'
import type { Transaction } from '#lib/db/client.ts'
import type { NotificationPreference, OutboxMessage } from '#lib/db/generated/client.ts'

export type Recipient = { id: string; email: string | null; preference: NotificationPreference | null }

/**
 * The people a message is for, as they are now: those it names, those last known to be in its groups or to hold its
 * roles, and for what waits for a decision those who decide in their right at the moment. Not whoever was switched off,
 * and not whom it excludes, under any identity that is known to be theirs, or from whom an access review took the decision.
 */
export async function findRecipients(tx: Transaction, message: OutboxMessage, groupRoles: GroupRoleMap, now: Date): Promise<Recipient[]> {
  const ofRoles = [...groupRoles.keys()].filter((group) => rolesOfGroups([group], groupRoles).some((role) => message.roles.includes(role)))
  const groups = [...message.groups, ...ofRoles]
  const found = await tx.$queryRaw<{ id: string }[]>`
    WITH asked AS (
      SELECT p.id FROM person p WHERE p.id = ANY(${message.personIds}::uuid[]) OR p."lastKnownGroups" && ${groups}::text[]
    ), told AS (
      SELECT id FROM asked
      UNION SELECT d."toId" FROM delegation d JOIN asked ON asked.id = d."fromId"
      WHERE ${message.kind} = 'request.waiting' AND d."revokedAt" IS NULL AND d."startsAt" <= ${now} AND d."endsAt" > ${now}
    ), excluded AS (
      SELECT same.id FROM unnest(${message.notToIds}::uuid[]) whose, same_person(whose) same(id)
      UNION ALL
      SELECT taken.id FROM request r JOIN access_profile ap ON ap.id = r."profileId", unnest(ap."excludedApproverIds") taken(id)
      WHERE ${message.kind} = 'request.waiting' AND r.id = ${message.requestId}::uuid
    )
    SELECT p.id::text FROM told JOIN person p ON p.id = told.id
    WHERE p."disabledAt" IS NULL
      AND NOT EXISTS (SELECT FROM excluded e WHERE e.id = p.id)`
  const people = await tx.person.findMany({ where: { id: { in: found.map(({ id }) => id) } }, select: { id: true, email: true, notifying: true } })
  return people.map(({ id, email, notifying }) => ({ id, email, preference: notifying }))
}
