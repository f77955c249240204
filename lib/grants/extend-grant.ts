import { definitionOf } from '#lib/catalog/definition-of.ts'
import { same } from '#lib/catalog/difference.ts'
import { after, minutes } from '#lib/config/clock.ts'
import type { Transaction } from '#lib/db/client.ts'
import type { JobQueue } from '#lib/jobs/queue.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { narrow, narrowedOf, stillWithin } from '#lib/requests/narrowed-scope.ts'
import { moveWindow } from './vendor/vendor.store.ts'

export type Extension = { id: string; extendsGrantId: string; durationMinutes: number }

/**
 * Moves the end of an active grant later by what was approved, never earlier, with the job of the new end: the
 * obligation to end exists before the later end does. Leases already issued keep the end they were cut to; new ones
 * reach further. The database refuses every later end that no approved extension of this very grant says.
 */
export async function extendGrant(tx: Transaction, queue: JobQueue, request: Extension, now: Date): Promise<boolean> {
  await tx.$queryRaw`SELECT id FROM "grant" WHERE id = ${request.extendsGrantId}::uuid FOR UPDATE`
  const grant = await tx.grant.findUniqueOrThrow({ where: { id: request.extendsGrantId }, include: { request: { select: { narrowed: true } } } })
  if (grant.state !== 'active' || !grant.endsAt || grant.endsAt <= now) return false
  // What was looked at and approved is what the profile grants now, not what this grant was opened for.
  const profile = await tx.accessProfile.findUniqueOrThrow({ where: { id: grant.profileId } })
  const [{ access }, narrowed] = [definitionOf(profile), narrowedOf(grant.request)]
  if (!stillWithin(access, narrowed) || !same(narrow(access, narrowed), grant.access)) return false
  const endsAt = after(grant.endsAt, minutes(request.durationMinutes))
  await queue.enqueue(tx, 'grant.end', { grantId: grant.id }, endsAt)
  const { count } = await tx.grant.updateMany({ where: { id: grant.id, state: 'active', version: grant.version }, data: { endsAt, extensionRequestId: request.id, version: { increment: 1 } } })
  if (count !== 1) throw new Error(`Grant ${grant.code} moved under its lock.`)
  await moveWindow(tx, grant, now)
  await appendEntry(tx, {
    kind: 'grant.extended',
    occurredAt: now,
    subjectId: grant.profileId,
    requestId: grant.requestId,
    grantId: grant.id,
    facts: { code: grant.code, extension: request.id, endedAtBefore: grant.endsAt.toISOString(), endsAt: endsAt.toISOString() },
  })
  return true
}
