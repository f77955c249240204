import { newCode } from '#lib/db/new-code.ts'
import type { Transaction } from '#lib/db/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { tellLater } from '#lib/outbox/tell-later.ts'
import { appendEntries, type NewEntry } from '#lib/record/append-entry.ts'
import type { CatalogAccount, ProfileDefinition } from './catalog-schema.ts'
import { plain } from './difference.ts'
import type { PlannedChange } from './plan-catalog.ts'
import { writeProfiles } from './profile.store.ts'
import { readCatalogState } from './catalog-state.ts'

export type ChangeOrigin = { source: 'page' | 'file' | 'cli'; proposerId?: string | undefined; reason?: string | undefined }

/** Writes what changes nobody else has to agree to, with an entry of the record each. Proposals of the same entries are superseded. */
export async function applyChanges(tx: Transaction, changes: readonly PlannedChange[], origin: ChangeOrigin, now: Date): Promise<void> {
  if (changes.length === 0) return
  await writeAccounts(tx, changes.flatMap((change) => (change.subject === 'account' ? [change] : [])), now)
  const profiles = changes.flatMap((change) => (change.subject === 'profile' ? [change] : []))
  const { accounts } = await readCatalogState(tx, '')
  const written = profiles.flatMap(({ after }) => (after ? [{ profile: after, account: accounts.get(after.account) as CatalogAccount }] : []))
  await writeProfiles(tx, written, now)
  const gone = profiles.filter(({ after }) => after === null).map(({ subjectId }) => subjectId)
  if (gone.length > 0) await tx.accessProfile.updateMany({ where: { id: { in: gone } }, data: { offered: false, updatedAt: now } })
  await supersede(tx, changes, now)
  await appendEntries(tx, changes.map((change) => ({ kind: kindOf(change), occurredAt: now, actorId: origin.proposerId, subjectId: change.subjectId, facts: { source: origin.source, before: plain(change.before), after: plain(change.after) } })))
}

const kindOf = ({ subject, before, after }: PlannedChange): NewEntry['kind'] =>
  subject === 'account' ? 'catalog.account.changed' : after === null ? 'catalog.profile.removed' : before === null ? 'catalog.profile.added' : 'catalog.profile.changed'

/** Profiles repeat what their account is called and is for, so that they can be searched. */
async function writeAccounts(tx: Transaction, changes: readonly { subjectId: string; before: CatalogAccount | null; after: CatalogAccount | null }[], now: Date): Promise<void> {
  const known = new Set((await tx.account.findMany({ where: { id: { in: changes.map(({ subjectId }) => subjectId) } }, select: { id: true } })).map(({ id }) => id))
  await tx.account.createMany({ data: changes.flatMap(({ subjectId, after }) => (after && !known.has(subjectId) ? [{ ...after, offered: true }] : [])) })
  for (const { subjectId, after } of changes.filter((change) => known.has(change.subjectId))) await tx.account.update({ where: { id: subjectId }, data: after ? { ...after, offered: true } : { offered: false } })
  const renamed = new Map(changes.flatMap(({ before, after }) => (before && after ? [[after.id, after] as const] : [])))
  if (renamed.size === 0) return
  const { profiles } = await readCatalogState(tx)
  await writeProfiles(tx, [...profiles.values()].flatMap((profile: ProfileDefinition) => (renamed.has(profile.account) ? [{ profile, account: renamed.get(profile.account) as CatalogAccount }] : [])), now)
}

/** A proposal is bound to what it was made for. */
async function supersede(tx: Transaction, changes: readonly PlannedChange[], now: Date): Promise<void> {
  const waiting = await tx.catalogChange.findMany({ where: { state: 'proposed' }, select: { id: true, code: true, subject: true, subjectId: true } })
  const changed = new Set(changes.map(({ subject, subjectId }) => `${subject}/${subjectId}`))
  const over = waiting.filter(({ subject, subjectId }) => changed.has(`${subject}/${subjectId}`))
  await tx.catalogChange.updateMany({ where: { id: { in: over.map(({ id }) => id) } }, data: { state: 'superseded', settledAt: now } })
  await appendEntries(tx, over.map(({ code, subjectId }) => ({ kind: 'catalog.change.superseded', occurredAt: now, subjectId, facts: { code } })))
}

/** Notes changes: as proposals that wait for somebody else, or as what was applied. Returns their codes. */
export async function noteChanges(tx: Transaction, changes: readonly PlannedChange[], origin: ChangeOrigin, state: 'proposed' | 'applied', now: Date): Promise<string[]> {
  const rows = changes.map((change) => ({ change, code: newCode('C') }))
  await tx.catalogChange.createMany({
    data: rows.map(({ change, code }) => ({
      code,
      subject: change.subject,
      subjectId: change.subjectId,
      before: plain(change.before) === null ? Prisma.DbNull : (change.before as object),
      after: plain(change.after) === null ? Prisma.DbNull : (change.after as object),
      baseHash: change.baseHash,
      source: origin.source,
      proposerId: origin.proposerId ?? null,
      reason: origin.reason ?? null,
      widenings: change.differences.filter(({ widens }) => widens).map(({ sentence }) => sentence),
      others: change.differences.filter(({ widens }) => !widens).map(({ sentence }) => sentence),
      state,
      createdAt: now,
      settledAt: state === 'applied' ? now : null,
    })),
  })
  if (state === 'proposed') {
    await appendEntries(tx, rows.map(({ change, code }) => ({
      kind: 'catalog.change.proposed',
      occurredAt: now,
      actorId: origin.proposerId,
      subjectId: change.subjectId,
      facts: { code, source: origin.source, baseHash: change.baseHash, after: plain(change.after), widenings: change.differences.filter(({ widens }) => widens).map(({ sentence }) => sentence) },
      personal: { reason: origin.reason },
    })))
    await tellWaiting(tx, rows, origin, now)
  }
  return rows.map(({ code }) => code)
}

/** Admins are told once of what came together, the proposer not. */
async function tellWaiting(tx: Transaction, rows: readonly { change: PlannedChange; code: string }[], { proposerId }: ChangeOrigin, now: Date): Promise<void> {
  const [first] = rows
  if (!first) return
  await tellLater(tx, { kind: 'change.waiting', to: { roles: ['admin'] }, notTo: proposerId ? [proposerId] : [], facts: { code: first.code, subject: first.change.subjectId, count: rows.length } }, now)
}
