import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { openSchemaEngine, readMigrations } from './schema-engine.ts'

/**
 * Applies what is missing of prisma/migrations, as the role of `ownerUrl`; returns the names applied. Safe to run by
 * several processes at once: Prisma's engine takes an advisory lock.
 */
export async function migrateDatabase(ownerUrl: string, prismaFolder: string): Promise<string[]> {
  const schema = await readFile(path.join(prismaFolder, 'schema.prisma'), 'utf8')
  const engine = await openSchemaEngine(ownerUrl, schema)
  const { appliedMigrationNames } = await engine.applyMigrations({
    migrationsList: await readMigrations(path.join(prismaFolder, 'migrations')),
    filters: { externalTables: [], externalEnums: [] },
  })
  return appliedMigrationNames
}
