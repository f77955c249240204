import { after, type Clock, minutes, seconds } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'
import type { JobQueue } from '#lib/jobs/queue.ts'
import { tellPages } from './export.store.ts'

/** Whoever makes an export says so every 15 seconds. */
const silentAfterMs = seconds(60)
/** That there was a file is told this long after it went. */
const listedDays = 30
const atOnce = 50

/** Has exports gone on with whose maker was cut off, and deletes those whose time is over. Safe beside itself. */
export async function keepExports({ db, queue, clock }: { db: Database; queue: JobQueue; clock: Clock }): Promise<void> {
  const now = clock()
  await db.$transaction(async (tx) => {
    const silent = await tx.$queryRaw<{ id: string }[]>`
      UPDATE export_job SET "beatAt" = ${now}::timestamptz WHERE id IN (
        SELECT id FROM export_job WHERE state IN ('waiting', 'running') AND "beatAt" < ${after(now, -silentAfterMs)}::timestamptz ORDER BY "beatAt" LIMIT ${atOnce} FOR UPDATE SKIP LOCKED
      ) RETURNING id::text`
    for (const { id } of silent) await queue.enqueue(tx, 'export.build', { exportId: id })
  })
  const over = await db.exportJob.findMany({ where: { state: { in: ['done', 'failed'] }, expiresAt: { lte: now } }, select: { id: true }, take: atOnce })
  for (const { id } of over) {
    await db.$transaction(async (tx) => {
      await tx.exportJob.updateMany({ where: { id, state: { in: ['done', 'failed'] } }, data: { state: 'expired' } })
      await tx.exportChunk.deleteMany({ where: { exportId: id } })
      await tellPages(tx)
    })
  }
  await db.exportJob.deleteMany({ where: { state: 'expired', createdAt: { lte: after(now, -minutes(listedDays * 24 * 60)) } } })
}
