/** `npm run migrate`: what the database's owner does before a new version starts. Says what it did, and ends. */
import { readMigrationSettings } from '#lib/config/migration-settings.ts'
import { installDatabase } from '#lib/jobs/install-database.ts'

const say = (text: string): void => void process.stdout.write(`${text}\n`)

async function migrate(): Promise<string | undefined> {
  const read = readMigrationSettings()
  if (!read.ok) return read.problems.join('\n')
  const { ownerUrl, login } = read.settings
  const result = await installDatabase(ownerUrl, 'prisma', login)
  if (!result.ok) return result.problem
  say(result.applied.length === 0 ? 'Every migration was applied before.' : `Applied ${result.applied.join(', ')}.`)
  say(`The queue is installed, and latchkey_app may use what it needs${login ? `; "${login.user}" is a member of it` : ''}.`)
  return undefined
}

const problem = await migrate().catch((error: unknown) => (error instanceof Error ? error.message : 'The migration failed.'))
if (problem !== undefined) process.stderr.write(`${problem}\n`)
process.exit(problem === undefined ? 0 : 1)
