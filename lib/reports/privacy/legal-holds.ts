import { refuse, type Result } from '#lib/config/result.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import { newId } from '#lib/db/new-id.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'

export type HoldCode = 'not_allowed' | 'not_found' | 'reason_missing' | 'held'

/** Keeps a person's data, or everybody's (`personId` null), from retention and from being forgotten. For auditors and admins. */
export async function placeHold(db: Database, viewer: Viewer, { personId, reason }: { personId: string | null; reason: string }, now: Date): Promise<Result<object, HoldCode>> {
  if (!hasRole(viewer, 'auditor', 'admin')) return refuse('not_allowed', 'Auditors and admins place legal holds.')
  const text = reason.trim()
  if (text.length < 3 || text.length > 1_000) return refuse('reason_missing', 'Say what it is for, in 3 to 1,000 characters; it stays in the record.')
  return db.$transaction(async (tx) => {
    await lockForgetting(tx)
    if (personId !== null && !(await tx.person.findUnique({ where: { id: personId }, select: { id: true } }))) return refuse('not_found', 'There is no such person.')
    if (await tx.legalHold.findFirst({ where: { personId, releasedAt: null }, select: { id: true } })) return refuse('held', personId === null ? 'Everybody\'s data is held already.' : 'Their data is held already.')
    const id = newId()
    await tx.legalHold.create({ data: { id, personId, reason: text, placedById: viewer.personId, placedAt: now } })
    await appendEntry(tx, { kind: 'hold.placed', occurredAt: now, actorId: viewer.personId, subjectId: personId ?? id, facts: { hold: id, everybody: personId === null }, personal: { reason: text } })
    return { ok: true }
  })
}

/** Releases a hold. What it kept from retention goes with the next round. For auditors and admins. */
export async function releaseHold(db: Database, viewer: Viewer, holdId: string, now: Date): Promise<Result<object, HoldCode>> {
  if (!hasRole(viewer, 'auditor', 'admin')) return refuse('not_allowed', 'Auditors and admins release legal holds.')
  return db.$transaction(async (tx) => {
    const hold = await tx.legalHold.findFirst({ where: { id: holdId, releasedAt: null } })
    const { count } = await tx.legalHold.updateMany({ where: { id: holdId, releasedAt: null }, data: { releasedAt: now, releasedById: viewer.personId } })
    if (!hold || count !== 1) return refuse('not_found', 'There is no such hold in force.')
    // Retention passed by what was held: it begins anew.
    await tx.retentionReach.deleteMany({})
    await appendEntry(tx, { kind: 'hold.released', occurredAt: now, actorId: viewer.personId, subjectId: hold.personId ?? hold.id, facts: { hold: hold.id } })
    return { ok: true }
  })
}

/** Any constant works as long as no other advisory lock of the product uses it. */
const forgettingLock = 0x1a7c4e03

/** Holds and forgetting one after the other: data that a hold just caught is not forgotten beside it. */
export async function lockForgetting(tx: Transaction): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${forgettingLock})`
}

/** Whether anything at all is held. */
export async function isAnythingHeld(db: Database): Promise<boolean> {
  return (await db.legalHold.findFirst({ where: { releasedAt: null }, select: { id: true } })) !== null
}

const named = { person: { select: { id: true, displayName: true } }, placedBy: { select: { displayName: true } } } satisfies Prisma.LegalHoldInclude
export type ListedHold = Prisma.LegalHoldGetPayload<{ include: typeof named }>

/** Holds in force, of one person (and those on everybody) or of all; for auditors and admins, empty for others. */
export async function listHolds(db: Database, viewer: Viewer, personId?: string): Promise<ListedHold[]> {
  if (!hasRole(viewer, 'auditor', 'admin')) return []
  return db.legalHold.findMany({ where: { releasedAt: null, ...(personId ? { OR: [{ personId }, { personId: null }] } : {}) }, include: named, orderBy: { placedAt: 'desc' }, take: 200 })
}
