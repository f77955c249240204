import { after, minutes } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'
import { tellLater } from '#lib/outbox/tell-later.ts'

/** How long before its end a grant's holder is told. */
const aheadMs = minutes(15)

/**
 * Has the holders told whose grants end within a quarter of an hour, once for each end: again after an extension. Not
 * of grants that were never longer than that. Safe to run by several processes at once; returns how many.
 */
export async function tellEndings(db: Database, now: Date, batch = 200): Promise<number> {
  const due = await db.$queryRaw<{ id: string; personId: string; endsAt: Date; key: string }[]>`
    SELECT g.id::text, g."personId"::text, g."endsAt", keyed.key
    FROM "grant" g CROSS JOIN LATERAL (SELECT 'ending:' || g.id || ':' || extract(epoch FROM g."endsAt")::bigint AS key) keyed
    WHERE g.state = 'active' AND g."endsAt" > ${now} AND g."endsAt" <= ${after(now, aheadMs)}
      AND g."endsAt" - g."activatedAt" > interval '16 minutes'
      AND NOT EXISTS (SELECT FROM outbox_message m WHERE m."onceKey" = keyed.key)
    ORDER BY g."endsAt" LIMIT ${batch}`
  for (const { id, personId, endsAt, key } of due) {
    await tellLater(db, { kind: 'grant.ending', grantId: id, to: { personIds: [personId] }, facts: { endsAt: endsAt.toISOString() }, onceKey: key }, now)
  }
  return due.length
}
