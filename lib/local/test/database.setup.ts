import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { migrateDatabase } from '#lib/db/migrate.ts'
import { allowApplication } from '#lib/jobs/allow-application.ts'
import { installQueue } from '#lib/jobs/queue.ts'
import { startPostgres } from '../postgres/start-postgres.ts'
import { freePort } from './free-port.ts'
import { appLogin, execute, templateDatabase, withDatabase } from './test-database.ts'

/** Starts one PostgreSQL for the run and prepares the template that every test's database is cloned from. */
export default async function setup(): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'latchkey-test-'))
  const server = await startPostgres({ dataDir, port: await freePort() })
  const serverUrl = server.url('postgres')
  await execute(serverUrl, `CREATE DATABASE ${templateDatabase}`)
  const templateUrl = withDatabase(serverUrl, templateDatabase)
  await migrateDatabase(templateUrl, path.resolve('prisma'))
  await installQueue(templateUrl)
  await allowApplication(templateUrl, appLogin)
  await execute(serverUrl, `ALTER DATABASE ${templateDatabase} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`)
  process.env.LATCHKEY_TEST_POSTGRES = serverUrl
  return async () => {
    await server.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}
