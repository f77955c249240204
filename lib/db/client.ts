import { PrismaPg } from '@prisma/adapter-pg'
import { type Prisma, PrismaClient } from './generated/client.ts'
import { statementName } from './statement-name.ts'

export type Database = PrismaClient
export type Transaction = Prisma.TransactionClient

/** Opens a pool of at most `maxConnections`; statements that hang are ended by the server after `statementTimeoutMs`. */
export function openDatabase(
  url: string,
  { maxConnections = 10, statementTimeoutMs = 15_000 }: { maxConnections?: number; statementTimeoutMs?: number } = {},
): Database {
  const pool = { connectionString: url, max: maxConnections, connectionTimeoutMillis: 5_000, statement_timeout: statementTimeoutMs, application_name: 'latchkey' }
  const adapter = new PrismaPg(pool, { statementNameGenerator: ({ sql }) => statementName(sql) ?? '' })
  return new PrismaClient({ adapter, transactionOptions: { maxWait: 5_000, timeout: 15_000 } })
}
