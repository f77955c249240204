import type { Database } from '#lib/db/client.ts'
import { jobNames } from './queue.ts'

/** Queues of this version that the owner's step has not made yet, or that the application may not use yet. */
export async function missingQueues(db: Database): Promise<string[]> {
  const [schema] = await db.$queryRaw<{ usable: boolean }[]>`SELECT coalesce(bool_or(has_schema_privilege(oid, 'USAGE')), false) AS usable FROM pg_namespace WHERE nspname = 'pgboss'`
  if (!schema?.usable) return [...jobNames]
  const [table] = await db.$queryRaw<{ usable: boolean }[]>`SELECT coalesce(has_table_privilege(to_regclass('pgboss.queue'), 'SELECT'), false) AS usable`
  if (!table?.usable) return [...jobNames]
  const made = new Set((await db.$queryRaw<{ name: string }[]>`SELECT name FROM pgboss.queue`).map(({ name }) => name))
  return jobNames.filter((name) => !made.has(name))
}
