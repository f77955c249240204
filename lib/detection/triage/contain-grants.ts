import type { Clock } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'
import { endGrantAsPortal } from '#lib/grants/end-grant.ts'
import type { JobQueue } from '#lib/jobs/queue.ts'
import { liveChannel } from '#lib/record/seal-entries.ts'
import { appendEntry } from '#lib/record/append-entry.ts'

const perStep = 20

/**
 * The worker's step: ends the grants of critical findings whose profile wants that. Nobody has to be awake for it. Safe
 * beside itself and to be cut off anywhere: a grant ends once, and what was not written down yet is tried again.
 */
export async function containGrants(deps: { db: Database; queue: JobQueue; clock: Clock }): Promise<{ revoked: number }> {
  const { db, clock } = deps
  const wanted = await db.finding.findMany({ where: { containment: 'wanted' }, include: { grant: true }, orderBy: { id: 'asc' }, take: perStep })
  let revoked = 0
  for (const { id, title, detector, grant } of wanted) {
    if (!grant) continue
    const note = `Ended by Latchkey: critical finding “${title.slice(0, 200)}”.`
    const ended = await endGrantAsPortal(deps, grant, note)
    // Whoever was cut off between ending and writing it down finds their own note.
    const own = ended || (await db.grant.findUnique({ where: { id: grant.id }, select: { endNote: true } }))?.endNote === note
    await db.$transaction(async (tx) => {
      const { count } = await tx.finding.updateMany({ where: { id, containment: 'wanted' }, data: { containment: own ? 'revoked' : 'over' } })
      if (count === 1) await appendEntry(tx, { kind: 'finding.contained', occurredAt: clock(), subjectId: id, requestId: grant.requestId, grantId: grant.id, facts: { detector, outcome: own ? 'revoked' : 'over' } })
      await tx.$executeRaw`SELECT pg_notify(${liveChannel}, 'finding')`
    })
    if (ended) revoked += 1
  }
  return { revoked }
}
