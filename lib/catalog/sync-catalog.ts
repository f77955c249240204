import { createHash } from 'node:crypto'
import type { Database, Transaction } from '#lib/db/client.ts'
import type { InputJsonValue } from '@prisma/client/runtime/client'
import { appendEntry } from '#lib/record/append-entry.ts'
import { canonicalJson, type Json } from '#lib/record/canonical-json.ts'
import type { Catalog, CatalogAccount, ProfileDefinition } from './catalog-schema.ts'

export type SyncSummary = { added: string[]; changed: string[]; removed: string[] }

const catalogLock = 0x1a7c4e02
const hashOf = (value: unknown): string => createHash('sha256').update(canonicalJson(value as Json)).digest('hex')

/**
 * Makes the database's catalogue equal to the file's, in one transaction, with an entry of the record for every profile
 * and account that changed, before and after. What left the file is kept and no longer offered, because requests point
 * to it. Replicas that start together do this one after the other; the second finds nothing to do.
 */
export async function syncCatalog(db: Database, catalog: Catalog, now: Date): Promise<SyncSummary> {
  return db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${catalogLock})`
    for (const account of catalog.accounts) await syncAccount(tx, account, now)
    await withdrawAccounts(tx, catalog, now)
    const accounts = new Map(catalog.accounts.map((account) => [account.name, account]))
    const known = await tx.accessProfile.findMany({ select: { id: true, definitionHash: true, definition: true, offered: true } })
    const before = new Map(known.map((profile) => [profile.id, profile]))
    const summary: SyncSummary = { added: [], changed: [], removed: [] }
    for (const profile of catalog.profiles) {
      const old = before.get(profile.id)
      const account = accounts.get(profile.account) as CatalogAccount
      const hash = hashOf({ profile, account })
      if (old?.offered && old.definitionHash === hash) continue
      await writeProfile(tx, profile, account, hash, now)
      const kind = old ? 'catalog.profile.changed' : 'catalog.profile.added'
      await appendEntry(tx, { kind, occurredAt: now, subjectId: profile.id, facts: { before: (old?.definition ?? null) as Json, after: profile } })
      summary[old ? 'changed' : 'added'].push(profile.id)
    }
    const kept = new Set(catalog.profiles.map((profile) => profile.id))
    for (const old of known) {
      if (!old.offered || kept.has(old.id)) continue
      await tx.accessProfile.update({ where: { id: old.id }, data: { offered: false, updatedAt: now } })
      await appendEntry(tx, { kind: 'catalog.profile.removed', occurredAt: now, subjectId: old.id, facts: { before: old.definition as Json } })
      summary.removed.push(old.id)
    }
    return summary
  })
}

async function syncAccount(tx: Transaction, account: CatalogAccount, now: Date): Promise<void> {
  const old = await tx.account.findUnique({ where: { id: account.id } })
  const next = { id: account.id, name: account.name, environment: account.environment, region: account.region, offered: true }
  if (old && hashOf({ ...old }) === hashOf(next)) return
  await tx.account.upsert({ where: { id: account.id }, create: next, update: next })
  await appendEntry(tx, { kind: 'catalog.account.changed', occurredAt: now, subjectId: account.id, facts: { before: old ?? null, after: next } })
}

async function withdrawAccounts(tx: Transaction, catalog: Catalog, now: Date): Promise<void> {
  for (const old of await tx.account.findMany({ where: { offered: true, id: { notIn: catalog.accounts.map((account) => account.id) } } })) {
    await tx.account.update({ where: { id: old.id }, data: { offered: false } })
    await appendEntry(tx, { kind: 'catalog.account.changed', occurredAt: now, subjectId: old.id, facts: { before: old, after: { ...old, offered: false } } })
  }
}

async function writeProfile(tx: Transaction, profile: ProfileDefinition, account: CatalogAccount, definitionHash: string, now: Date): Promise<void> {
  const row = {
    accountId: account.id,
    title: profile.title,
    description: profile.description,
    useCase: profile.useCase,
    environment: account.environment,
    riskTier: profile.riskTier,
    requesterGroups: profile.request.groups,
    approverGroups: profile.approval.approvers,
    searchText: [profile.id, profile.title, profile.description, account.name, account.id, profile.access.role].join(' ').toLowerCase(),
    definition: profile as unknown as InputJsonValue,
    definitionHash,
    offered: true,
    updatedAt: now,
  }
  await tx.accessProfile.upsert({ where: { id: profile.id }, create: { id: profile.id, ...row }, update: row })
}
