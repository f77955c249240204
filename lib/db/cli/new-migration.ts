/** Writes the SQL that leads from the migrated database to prisma/schema.prisma: `node lib/db/cli/new-migration.ts NAME`. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { openSchemaEngine, readMigrations } from '../schema-engine.ts'

const [name, databaseUrl] = process.argv.slice(2)
if (!name || !databaseUrl) {
  console.error('Usage: node lib/db/cli/new-migration.ts NAME DATABASE_URL   (an empty scratch database)')
  process.exit(2)
}
const schema = await readFile('prisma/schema.prisma', 'utf8')
const engine = await openSchemaEngine(databaseUrl, schema)
const folder = path.resolve('prisma/migrations')
await mkdir(folder, { recursive: true })
const migrations = await readMigrations(folder)
const { stdout } = await engine.diff({
  from: migrations.migrationDirectories.length ? { tag: 'migrations', ...migrations } : { tag: 'empty' },
  to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: schema }] },
  script: true,
  exitCode: null,
  filters: { externalTables: [], externalEnums: [] },
})
const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
const target = path.join(folder, `${stamp}_${name}`)
await mkdir(target)
await writeFile(path.join(target, 'migration.sql'), stdout ?? '')
console.log(target)
process.exit(0)
