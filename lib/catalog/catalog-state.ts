import { createHash } from 'node:crypto'
import type { Database, Transaction } from '#lib/db/client.ts'
import { canonicalJson } from '#lib/record/canonical-json.ts'
import type { CatalogAccount, ProfileDefinition } from './catalog-schema.ts'
import { definitionOf } from './definition-of.ts'
import { plain } from './difference.ts'
import type { Environment } from './environments.ts'

/** What is offered now. Definitions name their account by its number, so that an account can be called something else. */
export type CatalogState = {
  accounts: ReadonlyMap<string, CatalogAccount>
  profiles: ReadonlyMap<string, ProfileDefinition>
  /** Whether nothing was ever in it: then the file alone counts. */
  empty: boolean
}

export const digestOf = (value: unknown): string => createHash('sha256').update(canonicalJson(plain(value))).digest('hex')

/** A profile as changes keep it: with the number of its account. */
export const numbered = (definition: ProfileDefinition, accountId: string): ProfileDefinition => ({ ...definitionOf({ definition: plain(definition) }), account: accountId })

const accountOf = (row: { id: string; name: string; environment: string; region: string }): CatalogAccount => ({ id: row.id, name: row.name, environment: row.environment as Environment, region: row.region })

/** The catalogue as it is offered; of one profile when `profileId` is given, with every account. */
export async function readCatalogState(db: Database | Transaction, profileId?: string): Promise<CatalogState> {
  const [accounts, profiles] = [
    await db.account.findMany({ orderBy: { name: 'asc' } }),
    await db.accessProfile.findMany({ ...(profileId === undefined ? {} : { where: { id: profileId } }), select: { id: true, accountId: true, definition: true, offered: true }, orderBy: { id: 'asc' } }),
  ]
  return {
    accounts: new Map(accounts.filter(({ offered }) => offered).map((row) => [row.id, accountOf(row)])),
    profiles: new Map(profiles.filter(({ offered }) => offered).map((row) => [row.id, numbered(definitionOf(row), row.accountId)])),
    empty: accounts.length === 0 && profiles.length === 0,
  }
}

const catalogLock = 0x1a7c4e02

/** Whoever changes the catalogue does it alone, to the end of the transaction. */
export const lockCatalog = (tx: Transaction): Promise<number> => tx.$executeRaw`SELECT pg_advisory_xact_lock(${catalogLock})`

