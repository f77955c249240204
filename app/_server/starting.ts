import { setTimeout as wait } from 'node:timers/promises'
import { seconds } from '#lib/config/clock.ts'
import { type Config, readProcessConfig } from '#lib/config/config.ts'
import { openDatabase } from '#lib/db/client.ts'
import { pendingMigrations } from '#lib/db/pending-migrations.ts'
import { missingQueues } from '#lib/jobs/missing-queues.ts'
import { logInfo } from './log.ts'
import { ConfigurationError } from './services.ts'

// Next.js bundles routes and instrumentation apart; the process still starts once.
const holder = globalThis as typeof globalThis & { latchkeyStart?: { phase: 'starting' | 'migrations pending' | 'started' } }
const start = (holder.latchkeyStart ??= { phase: 'starting' })

export const startPhase = (): 'starting' | 'migrations pending' | 'started' => start.phase

export function noteStarted(): void {
  start.phase = 'started'
}

/** Undefined when the database is ready for this version (or ahead of it); else how to wait until it is. */
export async function waitForMigrations(): Promise<(() => Promise<void>) | undefined> {
  const result = readProcessConfig()
  if (!result.ok) throw new ConfigurationError(result.problems)
  const pending = await pendingSteps(result.config)
  if (pending.length === 0) return undefined
  start.phase = 'migrations pending'
  logInfo('start', `The database is not ready for this version: ${pending.join(', ')} pending. Run \`npm run migrate\` as its owner; this process waits.`)
  return () => untilDone(result.config)
}

async function untilDone(config: Config): Promise<void> {
  do await wait(seconds(2))
  while ((await pendingSteps(config).catch(() => ['unknown'])).length > 0)
}

/** On a connection of its own: the process's own are opened once there is something to work with. */
async function pendingSteps({ databaseUrl }: Config): Promise<string[]> {
  const db = openDatabase(databaseUrl, { maxConnections: 1 })
  try {
    const migrations = await pendingMigrations(db, 'prisma/migrations')
    const queues = await missingQueues(db)
    return [...migrations, ...queues.map((name) => `queue ${name}`)]
  } finally {
    await db.$disconnect()
  }
}
