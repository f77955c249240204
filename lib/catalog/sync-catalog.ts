import type { Database, Transaction } from '#lib/db/client.ts'
import { applyChanges, noteChanges } from './apply-changes.ts'
import type { Catalog } from './catalog-schema.ts'
import { type CatalogState, digestOf, lockCatalog, readCatalogState } from './catalog-state.ts'
import { same } from './difference.ts'
import { type FileEntries, fileEntriesOf, planCatalog, type PlannedChange } from './plan-catalog.ts'

/** Ids of profiles; `proposed` are those whose change waits for an admin. */
export type SyncSummary = { added: string[]; changed: string[]; removed: string[]; proposed: string[] }

/** Thousands of profiles at the first start take some seconds on a small database. */
const syncTakesAtMostMs = 120_000

/**
 * Takes over what the file says, in one transaction, with an entry of the record for every profile and account that
 * changed, before and after. Three-way: an entry that the file says as it did before never reverts what was changed in
 * the portal. What widens access is proposed, not applied, and waits for an admin; into an empty database everything is
 * taken. What left the file is kept and no longer offered, because requests point to it, unless the portal's definition
 * of it is no longer the file's. Replicas that start together do this one after the other; the second finds nothing to
 * do. `source` is the digest of what `catalog` was read from, kept so that an unchanged file need not be read again.
 */
export async function syncCatalog(db: Database, catalog: Catalog, now: Date, source = ''): Promise<SyncSummary> {
  return db.$transaction(
    async (tx) => {
      await lockCatalog(tx)
      const current = await readCatalogState(tx)
      const summary = await takeOver(tx, current, planCatalog(current, catalog, await lastEntries(tx, current)), 'file', now)
      await writeEntries(tx, fileEntriesOf(catalog))
      await tx.catalogLoad.upsert({ where: { id: 1 }, create: { id: 1, source, loadedAt: now }, update: { source, loadedAt: now } })
      return summary
    },
    { timeout: syncTakesAtMostMs },
  )
}

/** Makes the catalogue what a file says, from the command line: applied where nothing widens, else proposed. */
export async function applyCatalog(db: Database, catalog: Catalog, now: Date): Promise<SyncSummary> {
  return db.$transaction(
    async (tx) => {
      await lockCatalog(tx)
      const current = await readCatalogState(tx)
      return takeOver(tx, current, planCatalog(current, catalog), 'cli', now)
    },
    { timeout: syncTakesAtMostMs },
  )
}

async function takeOver(tx: Transaction, current: CatalogState, plan: readonly PlannedChange[], source: 'file' | 'cli', now: Date): Promise<SyncSummary> {
  const applied = plan.filter(({ widens }) => current.empty || !widens)
  const waiting = await tx.catalogChange.findMany({ where: { state: 'proposed' }, select: { subject: true, subjectId: true, baseHash: true, after: true } })
  const known = (change: PlannedChange): boolean => waiting.some((other) => other.subject === change.subject && other.subjectId === change.subjectId && other.baseHash === change.baseHash && same(other.after, change.after))
  const proposed = plan.filter((change) => !applied.includes(change) && !known(change))
  await applyChanges(tx, applied, { source }, now)
  if (!current.empty) await noteChanges(tx, applied, { source }, 'applied', now)
  await noteChanges(tx, proposed, { source }, 'proposed', now)
  const ids = (keep: (change: PlannedChange) => boolean): string[] => applied.filter((change) => change.subject === 'profile' && keep(change)).map(({ subjectId }) => subjectId)
  return {
    added: ids(({ before }) => before === null),
    changed: ids(({ before, after }) => before !== null && after !== null),
    removed: ids(({ after }) => after === null),
    proposed: proposed.map(({ subjectId }) => subjectId),
  }
}

/** What the file said last. Before this was noted, the catalogue was what the file said. */
async function lastEntries(tx: Transaction, current: CatalogState): Promise<FileEntries> {
  const entries = await tx.catalogFileEntry.findMany()
  if (entries.length > 0) return new Map(entries.map(({ subject, subjectId, hash }) => [`${subject}/${subjectId}`, hash]))
  return new Map([...[...current.accounts].map(([id, account]) => [`account/${id}`, digestOf(account)] as const), ...[...current.profiles].map(([id, profile]) => [`profile/${id}`, digestOf(profile)] as const)])
}

async function writeEntries(tx: Transaction, entries: FileEntries): Promise<void> {
  await tx.catalogFileEntry.deleteMany()
  const rows = [...entries].map(([key, hash]) => ({ subject: key.slice(0, key.indexOf('/')), subjectId: key.slice(key.indexOf('/') + 1), hash }))
  await tx.catalogFileEntry.createMany({ data: rows })
}
