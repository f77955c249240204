import type { PermissionSet, Principal } from '#lib/aws/identity-center.ts'
import { after, seconds } from '#lib/config/clock.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import type { AccountAssignment, Grant } from '#lib/db/generated/client.ts'
import { isUniqueViolation } from '#lib/db/unique-violation.ts'
import type { JobQueue } from '#lib/jobs/queue.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import type { Json } from '#lib/record/canonical-json.ts'
import type { RecordKind } from '#lib/record/record-kinds.ts'
import { approvedAccess } from '../approved-access.ts'

/** Longer than one step takes, time-outs and the rate's wait included; then another process may go on. */
const heldMs = seconds(60)

/** What a grant of Identity Center was approved as; null for other kinds. */
export function assignmentAccessOf(grant: Pick<Grant, 'access'>) {
  const access = approvedAccess(grant)
  return access.kind === 'identity_center' ? access : null
}

/**
 * Stores, before AWS is asked for anything, who needs to be assigned and the obligation to take it away again: as long as
 * the need exists and is not closed, something sees to it. `undefined` when the grant is no longer activating.
 */
export async function wantAssignment(tx: Transaction, queue: JobQueue, grant: Grant, { permissionSet, principal }: { permissionSet: PermissionSet; principal: Principal }, now: Date): Promise<string | undefined> {
  await tx.$queryRaw`SELECT id FROM "grant" WHERE id = ${grant.id}::uuid FOR UPDATE`
  const current = await tx.grant.findUniqueOrThrow({ where: { id: grant.id } })
  if (current.state !== 'activating') return undefined
  const place = { accountId: grant.accountId, permissionSetArn: permissionSet.arn, principalType: principal.type, principalId: principal.id }
  const read = { permissionSetName: permissionSet.name, sessionMinutes: permissionSet.sessionMinutes }
  const { id } = await tx.accountAssignment.upsert({
    where: { accountId_permissionSetArn_principalType_principalId: place },
    create: { ...place, ...read, dueAt: now },
    update: { ...read, dueAt: now },
  })
  const fresh = { assignmentId: id, openedAt: null, releasedAt: null, closedAt: null, lastSessionDiesAt: null, sharedWithId: null }
  await tx.assignmentNeed.upsert({ where: { grantId: grant.id }, create: { grantId: grant.id, ...fresh }, update: fresh })
  await appendEntry(tx, assignmentEntry(current, 'grant.assignment.wanted', now, { ...place, permissionSet: permissionSet.name, sessionMinutes: permissionSet.sessionMinutes }))
  await queue.enqueue(tx, 'assignment.settle', { assignmentId: id })
  return id
}

/** A grant's need ends, in the transaction that ends the grant; what is left to do in AWS is due. Its session length where there was a need. */
export async function releaseAssignment(tx: Transaction, queue: JobQueue | undefined, grantId: string, now: Date): Promise<{ sessionMinutes: number } | undefined> {
  const need = await tx.assignmentNeed.findFirst({ where: { grantId, releasedAt: null }, include: { assignment: true } })
  if (!need) return undefined
  await tx.assignmentNeed.update({ where: { grantId }, data: { releasedAt: now } })
  await tx.accountAssignment.update({ where: { id: need.assignmentId }, data: { dueAt: now } })
  await queue?.enqueue(tx, 'assignment.settle', { assignmentId: need.assignmentId })
  return { sessionMinutes: need.assignment.sessionMinutes }
}

/** Takes on an assignment that is due; `undefined` when it is not, or when another process has it. */
export async function claimAssignment(db: Database, id: string, now: Date): Promise<AccountAssignment | undefined> {
  const free = [{ claimedUntil: null }, { claimedUntil: { lte: now } }]
  const { count } = await db.accountAssignment.updateMany({ where: { id, dueAt: { lte: now }, OR: free }, data: { claimedUntil: after(now, heldMs), version: { increment: 1 } } })
  return count === 1 ? db.accountAssignment.findUniqueOrThrow({ where: { id } }) : undefined
}

/** Needs that nothing has closed yet, and which of them are live. */
export async function openNeeds(tx: Database | Transaction, assignmentId: string) {
  const needs = await tx.assignmentNeed.findMany({ where: { assignmentId, closedAt: null }, include: { grant: true }, orderBy: { grant: { endsAt: 'desc' } } })
  return { needs, live: needs.filter(({ releasedAt }) => releasedAt === null) }
}
export type OpenNeed = Awaited<ReturnType<typeof openNeeds>>['needs'][number]

/** `complete`: no need came to it while its grants were being locked. */
export type HeldAssignment = Awaited<ReturnType<typeof openNeeds>> & { assignment: AccountAssignment; complete: boolean }

/**
 * Reads an assignment and the grants that need it under locks, grants first, as whoever begins or ends a grant takes them.
 * `undefined` when another process took the assignment on.
 */
export async function lockClaimed(tx: Transaction, { id, version }: Pick<AccountAssignment, 'id' | 'version'>): Promise<HeldAssignment | undefined> {
  const locked = await tx.$queryRaw<{ id: string }[]>`
    SELECT g.id::text FROM "grant" g WHERE g.id IN (SELECT n."grantId" FROM assignment_need n WHERE n."assignmentId" = ${id}::uuid AND n."closedAt" IS NULL) ORDER BY g.id FOR UPDATE`
  await tx.$queryRaw`SELECT id FROM account_assignment WHERE id = ${id}::uuid FOR UPDATE`
  const assignment = await tx.accountAssignment.findUniqueOrThrow({ where: { id } })
  if (assignment.version !== version) return undefined
  const all = await openNeeds(tx, id)
  const held = ({ grantId }: OpenNeed): boolean => locked.some((grant) => grant.id === grantId)
  return { assignment, needs: all.needs.filter(held), live: all.live.filter(held), complete: all.needs.every(held) }
}

/**
 * Holds one of the ten places for operations under way. A unique column is the bulkhead: no replica can be wrong about it,
 * and whoever goes on with an assignment goes on with its place.
 */
export async function takeSlot(db: Database, id: string): Promise<boolean> {
  const taken = await db.accountAssignment.findMany({ where: { slot: { not: null } }, select: { id: true, slot: true } })
  if (taken.some((other) => other.id === id)) return true
  const free = slots.filter((slot) => !taken.some((other) => other.slot === slot))
  const slot = free[Math.floor(Math.random() * free.length)]
  if (slot === undefined) return false
  try {
    await db.accountAssignment.update({ where: { id }, data: { slot } })
    return true
  } catch (error) {
    // Somebody took the same place in the same moment.
    if (isUniqueViolation(error)) return false
    throw error
  }
}

/** https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html */
const slots = Array.from({ length: 10 }, (_, index) => index + 1)

export const assignmentEntry = (grant: Pick<Grant, 'id' | 'code' | 'profileId' | 'requestId'>, kind: RecordKind, occurredAt: Date, facts: { readonly [key: string]: Json }) => ({ kind, occurredAt, subjectId: grant.profileId, requestId: grant.requestId, grantId: grant.id, facts: { code: grant.code, ...facts } })
