import { PrismaPg } from '@prisma/adapter-pg'
import { type Prisma, PrismaClient } from './generated/client.ts'

export type Database = PrismaClient
export type Transaction = Prisma.TransactionClient

/** Opens a pool of at most `maxConnections`; statements that hang are ended by the server after `statementTimeoutMs`. */
export function openDatabase(
  url: string,
  { maxConnections = 10, statementTimeoutMs = 15_000 }: { maxConnections?: number; statementTimeoutMs?: number } = {},
): Database {
  const adapter = new PrismaPg({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: 5_000,
    statement_timeout: statementTimeoutMs,
    application_name: 'latchkey',
  })
  return new PrismaClient({ adapter, transactionOptions: { maxWait: 5_000, timeout: 15_000 } })
}
