import type { Database, Transaction } from '#lib/db/client.ts'
import type { Prisma, TrailSource } from '#lib/db/generated/client.ts'

export type SourceRow = { id: string; kind: 's3' | 'sqs' | 'digest'; cursor: Prisma.InputJsonObject }

/** A row for each place that is read; one that is configured no longer goes, with how far it was read. */
export async function ensureSources(db: Database, kinds: readonly SourceRow['kind'][], rows: readonly SourceRow[], now: Date): Promise<void> {
  await db.trailSource.deleteMany({ where: { kind: { in: [...kinds] }, id: { notIn: rows.map(({ id }) => id) } } })
  await db.trailSource.createMany({ data: rows.map((row) => ({ ...row, nextReadAt: now })), skipDuplicates: true })
}

/** Takes on what is due, until `claimedUntil`; of two replicas one gets each. */
export async function claimSources(db: Database, kinds: readonly SourceRow['kind'][], claimedUntil: Date, now: Date): Promise<TrailSource[]> {
  const due = await db.trailSource.findMany({ where: { kind: { in: [...kinds] }, nextReadAt: { lte: now } }, orderBy: { nextReadAt: 'asc' }, take: 20 })
  const claimed = await Promise.all(
    due.map(async (source) => {
      const { count } = await db.trailSource.updateMany({ where: { id: source.id, nextReadAt: source.nextReadAt }, data: { nextReadAt: claimedUntil } })
      return count === 1 ? [{ ...source, nextReadAt: claimedUntil }] : []
    }),
  )
  return claimed.flat()
}

/** Writes to a source only while the claim is held: a cursor never moves by who lost it. */
export async function updateSource(db: Database | Transaction, { id, nextReadAt }: TrailSource, data: Prisma.TrailSourceUpdateManyMutationInput): Promise<boolean> {
  const { count } = await db.trailSource.updateMany({ where: { id, nextReadAt }, data })
  return count === 1
}
