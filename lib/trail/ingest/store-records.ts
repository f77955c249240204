import type { Transaction } from '#lib/db/client.ts'
import { deniedCodes } from '../denied.ts'
import type { TrailFacts } from '../parse-event.ts'
import { clientOf } from './client-of.ts'

export type StoredRecord = { event: TrailFacts; accountId: string; grantId: string | null; /** Whether it counts in a session of a managed role. */ inSession: boolean }

/** Which grants got new events, how many in all, and the latest of each. */
export type StoreOutcome = { stored: number; grantIds: string[]; latestEventAt: Date | null }

/**
 * Stores those of `records` that are new, with their sessions. Counts of a session grow by the rows really inserted, so
 * the same file read by two replicas counts once. Sessions are locked in one order, so that batches never wait for each
 * other in a circle.
 */
export async function storeRecords(tx: Transaction, records: readonly StoredRecord[], now: Date): Promise<StoreOutcome> {
  if (records.length === 0) return { stored: 0, grantIds: [], latestEventAt: null }
  const rows = distinct(records).map(({ event, ...rest }) => ({ ...event, ...rest, client: clientOf(event) }))
  await openSessions(tx, JSON.stringify(rows.filter(({ inSession }) => inSession).map((row) => ({ ...row, body: undefined }))))
  const inserted = await insertEvents(tx, JSON.stringify(rows), now)
  const grantIds = inserted.flatMap(({ grantId, stored }) => (grantId !== null && stored > 0 ? [grantId] : []))
  const latest = inserted.flatMap(({ latestEventAt }) => latestEventAt ?? []).toSorted((one, other) => other.getTime() - one.getTime())
  return { stored: inserted.reduce((sum, { stored }) => sum + stored, 0), grantIds, latestEventAt: latest[0] ?? null }
}

/** One of each event, by its key. */
function distinct(records: readonly StoredRecord[]): StoredRecord[] {
  return [...new Map(records.map((record) => [`${record.accountId} ${record.event.eventId} ${record.event.eventTime.getTime()}`, record])).values()]
}

/** A session is principal + creation time; one access key is not (console and chained calls change keys within it). */
async function openSessions(tx: Transaction, rows: string): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO session (id, "accountId", "principalId", "sessionStartedAt", "grantId", "roleArn", clients, "firstEventAt", "lastEventAt", "eventCount", "changeCount", "deniedCount")
    SELECT gen_random_uuid(), e."accountId", e."principalId", e."sessionStartedAt", max(e."grantId"::text)::uuid, coalesce(max(e."issuerArn"), ''), array_agg(DISTINCT e.client),
      min(e."eventTime"), max(e."eventTime"), 0, 0, 0
    FROM json_to_recordset(${rows}::json) AS e("accountId" text, "principalId" text, "sessionStartedAt" timestamptz, "grantId" uuid, "issuerArn" text, client text, "eventTime" timestamptz)
    WHERE e."principalId" IS NOT NULL AND e."sessionStartedAt" IS NOT NULL
    GROUP BY e."accountId", e."principalId", e."sessionStartedAt"
    ORDER BY e."accountId", e."principalId", e."sessionStartedAt"
    ON CONFLICT ("accountId", "principalId", "sessionStartedAt") DO UPDATE SET
      "grantId" = coalesce(session."grantId", excluded."grantId"),
      clients = ARRAY(SELECT DISTINCT unnest(session.clients || excluded.clients) ORDER BY 1)`
}

/** One row a grant. As `json`, whose fields are read once: `jsonb` would build each body twice. Events are inserted in the order of their key, so that two batches of the same never wait for each other in a circle. */
async function insertEvents(tx: Transaction, rows: string, now: Date): Promise<{ grantId: string | null; stored: number; latestEventAt: Date | null }[]> {
  return tx.$queryRaw`
    WITH inserted AS (
      INSERT INTO trail_event ("accountId", "eventId", "grantId", "sessionId", "eventTime", "eventSource", "eventName", region, "sourceIp", "userAgent", "accessKeyId", "errorCode", "readOnly", body, "ingestedAt")
      SELECT e."accountId", e."eventId", e."grantId", s.id, e."eventTime", e."eventSource", e."eventName", e.region, e."sourceIp", e."userAgent", e."accessKeyId", e."errorCode", e."readOnly", e.body, ${now}::timestamptz
      FROM json_to_recordset(${rows}::json) AS e("accountId" text, "eventId" text, "grantId" uuid, "eventTime" timestamptz, "eventSource" text, "eventName" text, region text, "sourceIp" text, "userAgent" text, "accessKeyId" text, "errorCode" text, "readOnly" boolean, "principalId" text, "sessionStartedAt" timestamptz, body jsonb, "inSession" boolean)
      LEFT JOIN session s ON e."inSession" AND s."accountId" = e."accountId" AND s."principalId" = e."principalId" AND s."sessionStartedAt" = e."sessionStartedAt"
      ORDER BY e."accountId", e."eventId", e."eventTime"
      ON CONFLICT ("accountId", "eventId", "eventTime") DO NOTHING
      RETURNING "grantId", "sessionId", "eventTime", "readOnly", "errorCode"
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
    SELECT "grantId"::text, count(*)::int AS stored, max("eventTime") AS "latestEventAt" FROM inserted GROUP BY "grantId"`
}

/** Counts what was passed by, by day, account and service. */
export async function countPassed(tx: Transaction, passed: readonly { event: TrailFacts; accountId: string }[]): Promise<void> {
  if (passed.length === 0) return
  const rows = JSON.stringify(passed.map(({ event, accountId }) => ({ day: event.eventTime.toISOString().slice(0, 10), accountId, eventSource: event.eventSource.slice(0, 200) })))
  await tx.$executeRaw`
    INSERT INTO trail_count (day, "accountId", "eventSource", events)
    SELECT day, "accountId", "eventSource", count(*) FROM jsonb_to_recordset(${rows}::jsonb) AS p(day date, "accountId" text, "eventSource" text)
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (day, "accountId", "eventSource") DO UPDATE SET events = trail_count.events + excluded.events`
}
