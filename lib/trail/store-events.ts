import type { Database, Transaction } from '#lib/db/client.ts'
import type { JobQueue } from '#lib/jobs/queue.ts'
import { liveChannel } from '#lib/record/seal-entries.ts'
import { deniedCodes } from './denied.ts'
import type { TrailFacts } from './parse-event.ts'
import { belongsToGrant } from './tie-event.ts'

/** Namespace of the advisory locks below; no other lock of the product uses it. */
const ingestionLock = 0x1a7c4e02

export type WatchedGrant = { id: string; accountId: string; sessionName: string; roleArn: string }
export type StoreOutcome = { stored: number; latestEventAt: Date | null; foreign: number }

/**
 * Stores those of `events` that are new and belong to the grant, with their sessions, and asks for detection, in one
 * transaction. Counts of a session grow by the rows really inserted, so the same page read by two replicas counts once;
 * they take turns per grant, because both Regions and all replicas write the same sessions.
 */
export async function storeEvents(deps: { db: Database; queue: JobQueue }, grant: WatchedGrant, events: readonly TrailFacts[], now: Date): Promise<StoreOutcome> {
  const leases = await deps.db.lease.findMany({ where: { grantId: grant.id, accessKeyId: { not: null } }, select: { accessKeyId: true, purpose: true } })
  const keysOf = (trial: boolean): Set<string> => new Set(leases.flatMap(({ accessKeyId, purpose }) => (accessKeyId && (purpose === 'probe') === trial ? accessKeyId : [])))
  const [accessKeyIds, trialKeyIds] = [keysOf(false), keysOf(true)]
  // What the portal tries under the holder's session name, to see it denied, nobody did.
  const done = events.filter(({ accessKeyId }) => accessKeyId === null || !trialKeyIds.has(accessKeyId))
  const own = done.filter((event) => belongsToGrant(event, { ...grant, accessKeyIds }))
  const foreign = done.length - own.length
  if (own.length === 0) return { stored: 0, latestEventAt: null, foreign }
  return deps.db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${ingestionLock}::int, hashtext(${grant.id}))`
    const rows = JSON.stringify(own)
    await openSessions(tx, grant, rows)
    const [result] = await insertEvents(tx, grant, rows, now)
    const stored = result?.stored ?? 0
    if (stored > 0) {
      await deps.queue.enqueue(tx, 'grant.detect', { grantId: grant.id })
      await tx.$executeRaw`SELECT pg_notify(${liveChannel}, 'trail')`
    }
    return { stored, latestEventAt: result?.latestEventAt ?? null, foreign }
  })
}

/** A session is principal + creation time; one access key is not (console and chained calls change keys within it). */
async function openSessions(tx: Transaction, grant: WatchedGrant, rows: string): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO session (id, "accountId", "principalId", "sessionStartedAt", "grantId", "roleArn", "firstEventAt", "lastEventAt", "eventCount", "changeCount", "deniedCount")
    SELECT gen_random_uuid(), ${grant.accountId}, e."principalId", e."sessionStartedAt", ${grant.id}::uuid, coalesce(max(e."issuerArn"), ${grant.roleArn}),
      min(e."eventTime"), max(e."eventTime"), 0, 0, 0
    FROM jsonb_to_recordset(${rows}::jsonb) AS e("principalId" text, "sessionStartedAt" timestamptz, "issuerArn" text, "eventTime" timestamptz)
    WHERE e."principalId" IS NOT NULL AND e."sessionStartedAt" IS NOT NULL
    GROUP BY e."principalId", e."sessionStartedAt"
    ON CONFLICT ("accountId", "principalId", "sessionStartedAt") DO NOTHING`
}

async function insertEvents(tx: Transaction, grant: WatchedGrant, rows: string, now: Date): Promise<{ stored: number; latestEventAt: Date | null }[]> {
  return tx.$queryRaw`
    WITH inserted AS (
      INSERT INTO trail_event ("accountId", "eventId", "grantId", "sessionId", "eventTime", "eventSource", "eventName", region, "sourceIp", "userAgent", "accessKeyId", "errorCode", "readOnly", body, "ingestedAt")
      SELECT DISTINCT ON (e."eventId") ${grant.accountId}, e."eventId", ${grant.id}::uuid, s.id, e."eventTime", e."eventSource", e."eventName", e.region, e."sourceIp", e."userAgent", e."accessKeyId", e."errorCode", e."readOnly", e.body, ${now}::timestamptz
      FROM jsonb_to_recordset(${rows}::jsonb) AS e("eventId" text, "eventTime" timestamptz, "eventSource" text, "eventName" text, region text, "sourceIp" text, "userAgent" text, "accessKeyId" text, "errorCode" text, "readOnly" boolean, "principalId" text, "sessionStartedAt" timestamptz, body jsonb)
      LEFT JOIN session s ON s."accountId" = ${grant.accountId} AND s."principalId" = e."principalId" AND s."sessionStartedAt" = e."sessionStartedAt"
      ORDER BY e."eventId"
      ON CONFLICT ("accountId", "eventId") DO NOTHING
      RETURNING "sessionId", "eventTime", "readOnly", "errorCode"
    ), counted AS (
      SELECT "sessionId", min("eventTime") AS first, max("eventTime") AS last, count(*)::int AS events,
        (count(*) FILTER (WHERE NOT "readOnly" AND "errorCode" IS NULL))::int AS changes,
        (count(*) FILTER (WHERE "errorCode" ~ ${deniedCodes}))::int AS denied
      FROM inserted WHERE "sessionId" IS NOT NULL GROUP BY "sessionId"
    ), grown AS (
      UPDATE session s SET "firstEventAt" = LEAST(s."firstEventAt", c.first), "lastEventAt" = GREATEST(s."lastEventAt", c.last),
        "eventCount" = s."eventCount" + c.events, "changeCount" = s."changeCount" + c.changes, "deniedCount" = s."deniedCount" + c.denied
      FROM counted c WHERE s.id = c."sessionId"
    )
    SELECT count(*)::int AS stored, max("eventTime") AS "latestEventAt" FROM inserted`
}
