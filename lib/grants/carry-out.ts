import type { Transaction } from '#lib/db/client.ts'
import type { JobQueue } from '#lib/jobs/queue.ts'
import type { Consequences } from '#lib/record/append-entry.ts'
import { extendGrant } from './extend-grant.ts'
import { type GrantRequest, openGrant } from './open-grant.ts'

/**
 * What an approval brings about: a grant of its own, written with the approval's statement; or a later end of the one it
 * extends, in its transaction by `finish`, which is `false` when that one is over.
 */
export function carryOut(queue: JobQueue, request: GrantRequest & { extendsGrantId: string | null }, now: Date): Consequences & { finish?: (tx: Transaction) => Promise<boolean> } {
  const { extendsGrantId } = request
  if (extendsGrantId) return { entries: [], finish: (tx) => extendGrant(tx, queue, { ...request, extendsGrantId }, now) }
  return openGrant(request, now)
}
