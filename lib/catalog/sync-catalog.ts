import { createHash } from 'node:crypto'
import type { Database, Transaction } from '#lib/db/client.ts'
import { appendEntries, type NewEntry } from '#lib/record/append-entry.ts'
import { canonicalJson, type Json } from '#lib/record/canonical-json.ts'
import { namesIn } from './access-kinds.ts'
import { groupsNamed } from './approval-schema.ts'
import type { Catalog, CatalogAccount, ProfileDefinition } from './catalog-schema.ts'

export type SyncSummary = { added: string[]; changed: string[]; removed: string[] }

const catalogLock = 0x1a7c4e02
/** Thousands of profiles at the first start take some seconds on a small database. */
const syncTakesAtMostMs = 120_000
const rowsAtOnce = 500
const hashOf = (value: unknown): string => createHash('sha256').update(canonicalJson(value as Json)).digest('hex')

/**
 * Makes the database's catalogue equal to the file's, in one transaction, with an entry of the record for every profile
 * and account that changed, before and after. What left the file is kept and no longer offered, because requests point
 * to it. Replicas that start together do this one after the other; the second finds nothing to do. `source` is the
 * digest of what `catalog` was read from, kept so that an unchanged file need not be read again.
 */
export async function syncCatalog(db: Database, catalog: Catalog, now: Date, source = ''): Promise<SyncSummary> {
  return db.$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(${catalogLock})`
      await syncAccounts(tx, catalog, now)
      const summary = await syncProfiles(tx, catalog, now)
      await tx.catalogLoad.upsert({ where: { id: 1 }, create: { id: 1, source, loadedAt: now }, update: { source, loadedAt: now } })
      return summary
    },
    { timeout: syncTakesAtMostMs },
  )
}

async function syncProfiles(tx: Transaction, catalog: Catalog, now: Date): Promise<SyncSummary> {
  const accounts = new Map(catalog.accounts.map((account) => [account.name, account]))
  const known = await tx.accessProfile.findMany({ select: { id: true, definitionHash: true, definition: true, offered: true } })
  const before = new Map(known.map((profile) => [profile.id, profile]))
  const summary: SyncSummary = { added: [], changed: [], removed: [] }
  const rows: ReturnType<typeof rowOf>[] = []
  const entries: NewEntry[] = []
  for (const profile of catalog.profiles) {
    const old = before.get(profile.id)
    const account = accounts.get(profile.account) as CatalogAccount
    const hash = hashOf({ profile, account })
    if (old?.offered && old.definitionHash === hash) continue
    rows.push(rowOf(profile, account, hash))
    entries.push({ kind: old ? 'catalog.profile.changed' : 'catalog.profile.added', occurredAt: now, subjectId: profile.id, facts: { before: (old?.definition ?? null) as Json, after: profile } })
    summary[old ? 'changed' : 'added'].push(profile.id)
  }
  const kept = new Set(catalog.profiles.map((profile) => profile.id))
  for (const old of known) {
    if (!old.offered || kept.has(old.id)) continue
    entries.push({ kind: 'catalog.profile.removed', occurredAt: now, subjectId: old.id, facts: { before: old.definition as Json } })
    summary.removed.push(old.id)
  }
  for (let from = 0; from < rows.length; from += rowsAtOnce) await writeProfiles(tx, rows.slice(from, from + rowsAtOnce), now)
  await tx.accessProfile.updateMany({ where: { id: { in: summary.removed } }, data: { offered: false, updatedAt: now } })
  await appendEntries(tx, entries)
  return summary
}

async function syncAccounts(tx: Transaction, catalog: Catalog, now: Date): Promise<void> {
  const known = new Map((await tx.account.findMany()).map((account) => [account.id, account]))
  const next = catalog.accounts.map(({ id, name, environment, region }) => ({ id, name, environment, region, offered: true }))
  const listed = new Set(next.map((account) => account.id))
  const withdrawn = [...known.values()].filter((account) => account.offered && !listed.has(account.id)).map((account) => ({ ...account, offered: false }))
  const changed = [...next.filter((account) => hashOf(known.get(account.id) ?? null) !== hashOf(account)), ...withdrawn]
  for (const account of changed.filter(({ id }) => known.has(id))) await tx.account.update({ where: { id: account.id }, data: account })
  await tx.account.createMany({ data: changed.filter(({ id }) => !known.has(id)) })
  await appendEntries(
    tx,
    changed.map((after) => ({ kind: 'catalog.account.changed', occurredAt: now, subjectId: after.id, facts: { before: known.get(after.id) ?? null, after } })),
  )
}

function rowOf(profile: ProfileDefinition, account: CatalogAccount, definitionHash: string) {
  return {
    id: profile.id,
    accountId: account.id,
    title: profile.title,
    description: profile.description,
    useCase: profile.useCase,
    environment: account.environment,
    riskTier: profile.riskTier,
    requesterGroups: profile.request.groups,
    approverGroups: groupsNamed(profile.approval),
    searchText: [profile.id, profile.title, profile.description, account.name, account.id, ...namesIn(profile.access)].join(' ').toLowerCase(),
    definition: profile,
    definitionHash,
  }
}

async function writeProfiles(tx: Transaction, rows: readonly ReturnType<typeof rowOf>[], now: Date): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO access_profile (id, "accountId", title, description, "useCase", environment, "riskTier", "requesterGroups", "approverGroups", "searchText", definition, "definitionHash", offered, "updatedAt")
    SELECT id, "accountId", title, description, "useCase", environment, "riskTier", ARRAY(SELECT jsonb_array_elements_text("requesterGroups")), ARRAY(SELECT jsonb_array_elements_text("approverGroups")),
      "searchText", definition, "definitionHash", true, ${now}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given(id text, "accountId" text, title text, description text, "useCase" text, environment text, "riskTier" text,
      "requesterGroups" jsonb, "approverGroups" jsonb, "searchText" text, definition jsonb, "definitionHash" text)
    ON CONFLICT (id) DO UPDATE SET "accountId" = excluded."accountId", title = excluded.title, description = excluded.description, "useCase" = excluded."useCase", environment = excluded.environment,
      "riskTier" = excluded."riskTier", "requesterGroups" = excluded."requesterGroups", "approverGroups" = excluded."approverGroups", "searchText" = excluded."searchText",
      definition = excluded.definition, "definitionHash" = excluded."definitionHash", offered = true, "updatedAt" = excluded."updatedAt"`
}
