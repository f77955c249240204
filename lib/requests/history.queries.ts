import { after, minutes } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'
import type { Viewer } from '#lib/people/viewer.ts'

const window = minutes(90 * 24 * 60)

export type RequestHistory = { usualDurationMinutes: number | null; requestsByHour: number[]; firstTime: boolean; denials: number; concurrentGrants: number }

/** What the viewer's own past says about a new request of theirs for a profile; hours of day are UTC. */
export async function historyOf(db: Database, viewer: Pick<Viewer, 'personId'>, profileId: string, now: Date): Promise<RequestHistory> {
  const { personId } = viewer
  const since = after(now, -window)
  const [usual, hours, before, denials, concurrentGrants] = await Promise.all([
    db.$queryRaw<{ median: number | null; count: number }[]>`
      SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY "durationMinutes")::float8 AS median, count(*)::int AS count
      FROM (SELECT "durationMinutes" FROM request WHERE "profileId" = ${profileId} AND state = 'approved' AND "settledAt" IS NOT NULL ORDER BY "settledAt" DESC LIMIT 200) recent`,
    db.$queryRaw<{ hour: number; count: number }[]>`
      SELECT EXTRACT(HOUR FROM at AT TIME ZONE 'UTC')::int AS hour, count(*)::int AS count
      FROM (SELECT COALESCE("startsAt", "createdAt") AS at FROM request WHERE "personId" = ${personId}::uuid ORDER BY "createdAt" DESC LIMIT 500) recent GROUP BY 1`,
    db.grant.findFirst({ where: { personId, profileId, activatedAt: { not: null } }, select: { id: true } }),
    db.request.count({ where: { personId, state: 'denied', createdAt: { gte: since } } }),
    db.grant.count({ where: { personId, state: { in: ['activating', 'active'] } } }),
  ])
  const counts = new Map(hours.map(({ hour, count }) => [hour, count]))
  return {
    usualDurationMinutes: (usual[0]?.count ?? 0) >= 5 ? (usual[0]?.median ?? null) : null,
    requestsByHour: Array.from({ length: 24 }, (_, hour) => counts.get(hour) ?? 0),
    firstTime: before === null,
    denials,
    concurrentGrants,
  }
}
