import type { Database, Transaction } from '#lib/db/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import { type Consequences, changeWithEntries } from '#lib/record/append-entry.ts'

export type ApprovedRequest = {
  id: string
  code: string
  personId: string
  profileId: string
  durationMinutes: number
  startsAt: Date | null
  roleDigest: string | null
  extendsGrantId: string | null
  narrowed: unknown
  person: { username: string }
  profile: { definition: unknown; account: { id: string; region: string } }
}

/**
 * What an approval brings about: rows and entries that are written in its own statement, and what `finish` does in its
 * transaction afterwards, `false` when the approval cannot be carried out any more. The room of grants knows.
 */
export type CarryOut = (request: ApprovedRequest, now: Date) => BroughtAbout
type BroughtAbout = Consequences & { finish?: (tx: Transaction) => Promise<boolean> }

/** Rolls an approval back when what it would extend is over: nothing is approved that is not carried out. */
export class GrantOver extends Error {}

/**
 * Writes an approval and what it brings about, in one statement where that is possible: a crowd may wait for it.
 * `false`, and nothing written, when `change`, which says the approval, hit no row; fails the transaction with
 * `GrantOver`.
 */
export async function bringAbout(db: Database | Transaction, change: Prisma.Sql, consequences: Consequences, { entries, inserts = [], finish }: BroughtAbout): Promise<boolean> {
  const all = { entries: [...consequences.entries, ...entries], inserts: [...(consequences.inserts ?? []), ...inserts] }
  const write = async (tx: Database | Transaction): Promise<boolean> => (await changeWithEntries(tx, change, all)) !== undefined
  if (!finish) return write(db)
  return inTransaction(db, async (tx) => {
    if (!(await write(tx))) return false
    if (!(await finish(tx))) throw new GrantOver()
    return true
  })
}

const inTransaction = <Done>(db: Database | Transaction, work: (tx: Transaction) => Promise<Done>): Promise<Done> => ('$transaction' in db ? db.$transaction(work) : work(db))
