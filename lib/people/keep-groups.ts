import type { Database, Transaction } from '#lib/db/client.ts'

/** Keeps the groups last seen of somebody. Who lost one is marked, so that access they hold on its ground is looked at. */
export async function keepGroups(db: Database | Transaction, personId: string, groups: readonly string[], now: Date): Promise<void> {
  await db.$executeRaw`
    UPDATE person SET "lastKnownGroups" = ${[...groups]}::text[],
      "groupsLostAt" = CASE WHEN "lastKnownGroups" <@ ${[...groups]}::text[] THEN "groupsLostAt" ELSE ${now}::timestamptz END
    WHERE id = ${personId}::uuid`
}
