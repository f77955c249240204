import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Database } from '#lib/db/client.ts'
import { catalogSchema } from './catalog-schema.ts'
import { type CatalogProblem, parseCatalog } from './parse-catalog.ts'
import { syncCatalog, type SyncSummary } from './sync-catalog.ts'

/** Raise when the same file is written to the database differently than before. */
const writtenAs = 2

export type LoadResult = { ok: true; summary: SyncSummary } | { ok: false; problems: CatalogProblem[] }

/**
 * Brings the catalogue's source into the database; every mistake is returned with line and field, and nothing is
 * written then. A source that was loaded last time, under the same rules, is not read again: thousands of profiles take
 * seconds to check.
 */
export async function loadCatalog(db: Database, source: string, now: Date): Promise<LoadResult> {
  const digest = createHash('sha256').update(`${writtenAs}\n${JSON.stringify(z.toJSONSchema(catalogSchema, { io: 'input' }))}\n${source}`).digest('hex')
  const last = await db.catalogLoad.findUnique({ where: { id: 1 } })
  if (last?.source === digest) return { ok: true, summary: { added: [], changed: [], removed: [], proposed: [] } }
  const parsed = parseCatalog(source)
  return parsed.ok ? { ok: true, summary: await syncCatalog(db, parsed.catalog, now, digest) } : parsed
}
