import { readdir } from 'node:fs/promises'
import type { Database } from './client.ts'

/**
 * The names of `folder` that the database has not finished, in their order. What the database has beyond them is not
 * this version's concern: during a rolling update the older version goes on.
 */
export async function pendingMigrations(db: Database, folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  const [history] = await db.$queryRaw<{ exists: boolean }[]>`SELECT to_regclass('public._prisma_migrations') IS NOT NULL AS exists`
  const finished = history?.exists
    ? await db.$queryRaw<{ name: string }[]>`SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`
    : []
  const known = new Set(finished.map(({ name }) => name))
  return names.sort().filter((name) => !known.has(name))
}
