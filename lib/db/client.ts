import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { type Prisma, PrismaClient } from './generated/client.ts'
import { statementName } from './statement-name.ts'

export type Database = PrismaClient
export type Transaction = Prisma.TransactionClient

// Next.js bundles routes and instrumentation apart; the process still has one set of pools.
const holder = globalThis as typeof globalThis & { latchkeyPools?: WeakMap<Database, pg.Pool>; latchkeyStreams?: WeakMap<Database, pg.Pool> }
const pools = (holder.latchkeyPools ??= new WeakMap<Database, pg.Pool>())
const streaming = (holder.latchkeyStreams ??= new WeakMap<Database, pg.Pool>())

/** Opens a pool of at most `maxConnections`; statements that hang are ended by the server after `statementTimeoutMs`. */
export function openDatabase(
  url: string,
  { maxConnections = 10, statementTimeoutMs = 15_000 }: { maxConnections?: number; statementTimeoutMs?: number } = {},
): Database {
  const pool = new pg.Pool({ connectionString: url, max: maxConnections, connectionTimeoutMillis: 5_000, statement_timeout: statementTimeoutMs, application_name: 'latchkey' })
  const adapter = new PrismaPg(pool, { disposeExternalPool: true, statementNameGenerator: ({ sql }) => statementName(sql) ?? '' })
  const db = new PrismaClient({ adapter, transactionOptions: { maxWait: 5_000, timeout: 15_000 } })
  pools.set(db, pool)
  return db
}

const mostStreams = 4

/**
 * Connections of their own for what streams (COPY, which Prisma cannot do) for as long as its reader takes: a slow reader
 * keeps nobody else from the database. At most four; whoever comes fifth waits for one. They close by themselves.
 */
export function streamingPoolOf(db: Database): pg.Pool {
  const known = streaming.get(db)
  if (known) return known
  const pool = pools.get(db)
  if (!pool) throw new Error('The pool of this database is not known: open it with openDatabase.')
  const opened = new pg.Pool({ connectionString: pool.options.connectionString, max: mostStreams, connectionTimeoutMillis: 60_000, idleTimeoutMillis: 5_000, allowExitOnIdle: true, application_name: 'latchkey-streams' })
  // A connection that breaks while nobody uses it is replaced by the next.
  opened.on('error', () => undefined)
  streaming.set(db, opened)
  return opened
}

/** How the pool of a database that was opened here stands: connections, those of them without work, and who waits for one. */
export function poolState(db: Database): { total: number; idle: number; waiting: number } {
  const pool = pools.get(db)
  return { total: pool?.totalCount ?? 0, idle: pool?.idleCount ?? 0, waiting: pool?.waitingCount ?? 0 }
}
