import path from 'node:path'
import pg from 'pg'
import { migrateDatabase } from '#lib/db/migrate.ts'
import { allowApplication } from './allow-application.ts'
import { installQueue } from './queue.ts'

/** Any constant works as long as no other advisory lock of the product, Prisma's or pg-boss's uses it. */
const installLock = 0x1a7c4e02

export type Installation = { ok: true; applied: string[] } | { ok: false; problem: string }

/**
 * Everything the database's owner does for a version: migrations, the queue's tables, the application's rights, and its
 * login when one is given. Idempotent; of several that run at once each waits for the one before.
 */
export async function installDatabase(ownerUrl: string, prismaFolder: string, login?: { user: string; password: string }): Promise<Installation> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'latchkey-migrate', connectionTimeoutMillis: 10_000, keepAlive: true })
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (error) {
    return { ok: false, problem: `The database cannot be reached as its owner: ${error instanceof Error && error.message ? error.message : 'no answer'}.` }
  }
  try {
    await client.query('SELECT pg_advisory_lock($1)', [installLock])
    const missing = await missingRight(client, login !== undefined)
    if (missing) return { ok: false, problem: missing }
    const applied = await migrateDatabase(ownerUrl, path.resolve(prismaFolder))
    await installQueue(ownerUrl)
    await allowApplication(ownerUrl, login)
    return { ok: true, applied }
  } finally {
    await client.end()
  }
}

type Rights = { name: string; database: string; makes_schemas: boolean; makes_tables: boolean; makes_roles: boolean; has_role: boolean }

/** Asked before anything is begun, so that nobody has to read a failed migration to learn it. */
async function missingRight(client: pg.Client, wantsLogin: boolean): Promise<string | undefined> {
  const { rows } = await client.query<Rights>(`
    SELECT current_user AS name, current_database() AS database,
      has_database_privilege(current_database(), 'CREATE') AS makes_schemas,
      has_schema_privilege('public', 'CREATE') AS makes_tables,
      (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) AS makes_roles,
      EXISTS (SELECT FROM pg_roles WHERE rolname = 'latchkey_app') AS has_role`)
  const [rights] = rows
  if (!rights) return 'The database did not say what its user may do.'
  const { name, database } = rights
  if (!rights.makes_schemas || !rights.makes_tables) return `The user "${name}" may not change the schema of "${database}". DATABASE_MIGRATION_URL must name its owner: ALTER DATABASE "${database}" OWNER TO "${name}".`
  if (!rights.has_role && !rights.makes_roles) return `The role latchkey_app is missing and the user "${name}" may not make roles. As a superuser, once: CREATE ROLE latchkey_app NOLOGIN.`
  if (wantsLogin && !rights.makes_roles) return `The user "${name}" may not make roles, so it cannot make the application's login. As a superuser: ALTER ROLE "${name}" CREATEROLE; or leave DATABASE_URL away from this step and make the login yourself.`
  return undefined
}
