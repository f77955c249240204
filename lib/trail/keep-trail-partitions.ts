import type { Database } from '#lib/db/client.ts'

/**
 * Makes the partitions of the months around `now`, and lets go of those that ended before what is kept. The database does
 * it in one step, one process at a time; the application has no other right on the schema. Answers what it did.
 */
export async function keepTrailPartitions(db: Database, retentionDays: number, now: Date): Promise<string[]> {
  const [row] = await db.$queryRaw<{ done: string[] }[]>`SELECT keep_trail_partitions(${now}::timestamptz, ${retentionDays}::int) AS done`
  return row?.done ?? []
}
