import type { Database } from '#lib/db/client.ts'
import type { TrailPace } from './trail-pace.ts'

/** Where IAM, global STS and the console's sign-in are recorded, whatever the account's Region. */
export const globalRegion = 'us-east-1'
/** No lease lives longer, so no ended grant can have credentials that die later. */
const longestLeaseMs = 12 * 3_600_000
/** Watches of one account and Region that one step takes on: about what two requests a second can serve. */
const perPlace = 4
const perStep = 120
/** Of those, in Regions where their accounts do not live: many Regions never hold up the few where things happen. */
const farPerStep = 30

export type ClaimedWatch = {
  grantId: string
  region: string
  accountId: string
  username: string
  roleArn: string
  cursorAt: Date
  watchUntil: Date
  /** Since when it was due; it goes back there when nothing could be asked. */
  dueAt: Date
  /** What the claim is known by: nobody else's has the same. */
  claimedUntil: Date
  lastFoundAt: Date | null
  lastEventAt: Date | null
  /** When the grant opened or last handed out credentials. */
  stirredAt: Date
  /** In a Region other than the account's and the global one. */
  far: boolean
  questionFrom: Date | null
  questionTo: Date | null
  nextToken: string | null
  pagesRead: number
}

/**
 * Opens a watch a Region for every grant whose credentials live or lately did, and follows ends that moved earlier. Far
 * Regions are asked for the first time at moments spread over their pace, so that many grants do not ask at once.
 */
export async function ensureWatches(db: Database, pace: TrailPace, now: Date): Promise<void> {
  await db.$executeRaw`
    UPDATE trail_watch w SET "watchUntil" = u.until
    FROM (SELECT g.id, GREATEST(g."endsAt", g."credentialsDeadAt") + ${pace.afterEndMs}::float8 * interval '1 millisecond' AS until FROM "grant" g) u
    WHERE u.id = w."grantId" AND u.until <> w."watchUntil"`
  await db.$executeRaw`
    INSERT INTO trail_watch ("grantId", region, "accountId", username, "cursorAt", "nextPollAt", "watchUntil")
    SELECT g.id, place.region, g."accountId", g."sessionName", g."opensAt", CASE WHEN place.region IN (g.region, ${globalRegion}) THEN ${now}::timestamptz
      ELSE ${now}::timestamptz + (hashtext(g.id::text || place.region) & 1023) / 1024.0::float8 * ${pace.farMs}::float8 * interval '1 millisecond' END, u.until
    FROM "grant" g
    CROSS JOIN LATERAL (SELECT GREATEST(g."endsAt", g."credentialsDeadAt") + ${pace.afterEndMs}::float8 * interval '1 millisecond' AS until) u
    CROSS JOIN LATERAL (SELECT g.region UNION SELECT ${globalRegion} UNION SELECT unnest(a.regions) FROM account a WHERE a.id = g."accountId") place
    WHERE (g.state IN ('activating', 'active', 'ending') OR (g.state = 'ended' AND g."endsAt" > ${new Date(now.getTime() - pace.afterEndMs - longestLeaseMs)}::timestamptz))
      AND (g.state = 'activating' OR g."activatedAt" IS NOT NULL)
      AND u.until > ${now}::timestamptz
      AND NOT EXISTS (SELECT FROM trail_watch w WHERE w."grantId" = g.id AND w.region = place.region)
    FOR KEY SHARE OF g
    ON CONFLICT DO NOTHING`
}

/**
 * Takes on what is due, longest waiting first and no account's Region beyond its share. The condition on `nextPollAt` is
 * checked again on the locked row, so that of two replicas one gets it.
 */
export async function claimWatches(db: Database, holdMs: number, now: Date): Promise<ClaimedWatch[]> {
  const claimedUntil = new Date(now.getTime() + holdMs)
  const claimed = await db.$queryRaw<ClaimedWatch[]>`
    WITH due AS (
      SELECT w."grantId", w.region, w."nextPollAt", w.region NOT IN (g.region, ${globalRegion}) AS far, row_number() OVER (PARTITION BY w."accountId", w.region ORDER BY w."nextPollAt", w."grantId") AS place
      FROM trail_watch w JOIN "grant" g ON g.id = w."grantId" WHERE w."nextPollAt" <= ${now}::timestamptz
    ), ranked AS (
      SELECT *, row_number() OVER (PARTITION BY far ORDER BY "nextPollAt", "grantId") AS rank FROM due WHERE place <= ${perPlace}
    ), chosen AS (
      SELECT "grantId", region, far, "nextPollAt" AS "dueAt" FROM ranked WHERE NOT far OR rank <= ${farPerStep} ORDER BY "nextPollAt" LIMIT ${perStep}
    )
    UPDATE trail_watch w SET "nextPollAt" = ${claimedUntil}::timestamptz
    FROM chosen, "grant" g
    WHERE w."grantId" = chosen."grantId" AND w.region = chosen.region AND w."nextPollAt" <= ${now}::timestamptz AND g.id = w."grantId"
    RETURNING w."grantId"::text, w.region, w."accountId", w.username, g."roleArn", w."cursorAt", w."watchUntil", chosen."dueAt", chosen.far, w."nextPollAt" AS "claimedUntil",
      w."lastFoundAt", w."lastEventAt", w."questionFrom", w."questionTo", w."nextToken", w."pagesRead",
      GREATEST(g."opensAt", (SELECT max(l."issuedAt") FROM lease l WHERE l."grantId" = w."grantId" AND l.purpose <> 'probe')) AS "stirredAt"`
  return claimed.sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime())
}

export type WatchUpdate = Partial<Pick<ClaimedWatch, 'cursorAt' | 'questionFrom' | 'questionTo' | 'nextToken' | 'pagesRead' | 'lastFoundAt' | 'lastEventAt'>> & {
  nextPollAt?: Date
  lastPolledAt?: Date
}

/** Writes to a watch only while the claim is held; `false` when it lapsed and another process took over. */
export async function updateClaimed(db: Database, watch: ClaimedWatch, data: WatchUpdate): Promise<boolean> {
  const { count } = await db.trailWatch.updateMany({ where: { grantId: watch.grantId, region: watch.region, nextPollAt: watch.claimedUntil }, data })
  return count === 1
}

/** Ends a watch that was asked after everything it waited for. With a place's last watch its heartbeat goes: silence there is no lateness. */
export async function closeWatch(db: Database, watch: ClaimedWatch): Promise<void> {
  const { grantId, accountId, region } = watch
  await db.trailWatch.deleteMany({ where: { grantId, region, nextPollAt: watch.claimedUntil } })
  await db.$executeRaw`
    DELETE FROM heartbeat WHERE component = ${`cloudtrail/${accountId}/${region}`}
      AND NOT EXISTS (SELECT FROM trail_watch w WHERE w."accountId" = ${accountId} AND w.region = ${region})`
}
