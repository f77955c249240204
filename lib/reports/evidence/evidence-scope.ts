import { type Result, refuse } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'

/** What a pack is about: one request with what belongs to it, or everything that happened in a period, `from` to before `to`. */
export type EvidenceScope = { requestId: string } | { from: Date; to: Date }

export const mostRequests = 5_000
export const longestDays = 366

export type ScopeCode = 'not_found' | 'period_wrong' | 'too_many'
export type ScopedRequests = { name: string; asked: string; requestIds: string[] }

/**
 * The requests of a scope, oldest first: one with the extensions of its access (and, for an extension, what it extends),
 * or those that were made, settled or had access running in the period. At most `mostRequests`; more is refused.
 */
export async function requestsOf(db: Database, scope: EvidenceScope): Promise<Result<ScopedRequests, ScopeCode>> {
  if ('requestId' in scope) return together(db, scope.requestId)
  const { from, to } = scope
  if (!(from < to) || to.getTime() - from.getTime() > longestDays * 86_400_000) return refuse('period_wrong', `A period ends after it begins, within ${longestDays} days.`)
  const found = await db.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM (
      SELECT id FROM request WHERE "createdAt" >= ${from}::timestamptz AND "createdAt" < ${to}::timestamptz
      UNION SELECT id FROM request WHERE "settledAt" >= ${from}::timestamptz AND "settledAt" < ${to}::timestamptz
      UNION SELECT "requestId" FROM "grant" WHERE "activatedAt" IS NOT NULL
        AND tstzrange("activatedAt", greatest("activatedAt", coalesce("mintingStoppedAt", "endsAt")), '[]') && tstzrange(${from}::timestamptz, ${to}::timestamptz)
    ) AS active ORDER BY id LIMIT ${mostRequests + 1}`
  if (found.length > mostRequests) return refuse('too_many', `More than ${mostRequests.toLocaleString('en')} requests belong to this period.`, 'Take shorter periods, one after the other.')
  const [first, last] = [from, new Date(to.getTime() - 1)].map((at) => at.toISOString().slice(0, 10))
  return { ok: true, name: `${first}-to-${last}`, asked: `Everything that was asked, decided or used from ${from.toISOString()} to before ${to.toISOString()}`, requestIds: found.map(({ id }) => id) }
}

async function together(db: Database, requestId: string): Promise<Result<ScopedRequests, ScopeCode>> {
  const request = await db.request.findUnique({ where: { id: requestId }, select: { code: true } })
  if (!request) return refuse('not_found', 'There is no such request.')
  const whole = Prisma.sql`SELECT coalesce((SELECT g."requestId" FROM "grant" g JOIN request r ON r."extendsGrantId" = g.id WHERE r.id = ${requestId}::uuid), ${requestId}::uuid)`
  const found = await db.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM request WHERE id = (${whole})
    UNION SELECT r.id::text FROM request r JOIN "grant" g ON g.id = r."extendsGrantId" WHERE g."requestId" = (${whole}) ORDER BY id LIMIT ${mostRequests}`
  return { ok: true, name: request.code, asked: `Request ${request.code}`, requestIds: found.map(({ id }) => id) }
}
