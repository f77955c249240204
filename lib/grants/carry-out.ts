import type { Transaction } from '#lib/db/client.ts'
import type { JobQueue } from '#lib/jobs/queue.ts'
import { extendGrant } from './extend-grant.ts'
import { type GrantRequest, openGrant } from './open-grant.ts'

/**
 * What an approval brings about, in its own transaction: a grant of its own, or a later end of the one it extends.
 * `false` when that one is over, and nothing written.
 */
export async function carryOut(tx: Transaction, queue: JobQueue, request: GrantRequest & { extendsGrantId: string | null }, now: Date): Promise<boolean> {
  if (request.extendsGrantId) return extendGrant(tx, queue, { ...request, extendsGrantId: request.extendsGrantId }, now)
  await openGrant(tx, queue, request, now)
  return true
}
