import type { Database } from '#lib/db/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { loadKnownActions } from '#lib/iam/known-actions.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import type { Use } from './learn-scope.ts'
import { type EventName, namesOneResource } from './map-event.ts'
import { targetParameters } from './used-resource.ts'

/**
 * Uses of a profile by grants of `people` people, the first of which was activated at `begunAt`. `whole` is false when
 * there were more events than are looked at.
 */
export type RecordedUses = { uses: Use[]; people: number; whole: boolean; accountId: string; begunAt: Date }

/** Events that are looked at, newest first; a session of a script makes thousands. */
const mostEvents = 100_000
/** Calls of one name whose records are read for what they were on; of more it is left open. A record is some kilobytes. */
const mostRecords = 1_000

const path = (name: string): Prisma.Sql => Prisma.raw(`'{requestParameters,${name}}'`)
const parameters = Prisma.join(targetParameters.map((name) => Prisma.sql`${Prisma.raw(`'${name}'`)}, CASE jsonb_typeof(e.body #> ${path(name)}) WHEN 'string' THEN left(e.body #>> ${path(name)}, 2048) END`))

/**
 * What worked in the viewer's own last grant of a profile that was used since then, whether it still runs or not. Their
 * own, whatever else they may see; events by the grant's index, from `since` on. Null when there is none.
 */
export async function findOwnLastUses(db: Database, viewer: Pick<Viewer, 'personId'>, profileId: string, since: Date): Promise<RecordedUses | null> {
  const [last] = await db.$queryRaw<{ id: string; accountId: string; begunAt: Date }[]>`
    SELECT g.id::text, g."accountId", g."activatedAt" AS "begunAt" FROM "grant" g
    WHERE g."personId" = ${viewer.personId}::uuid AND g."profileId" = ${profileId} AND g."activatedAt" >= ${since}::timestamptz
      AND EXISTS (SELECT FROM trail_event e WHERE e."grantId" = g.id AND e."eventTime" >= ${since}::timestamptz AND e."errorCode" IS NULL AND e."eventName" <> 'GetCallerIdentity')
    ORDER BY g."activatedAt" DESC LIMIT 1`
  if (!last) return null
  return { ...(await read(db, [last.id], since, 1)), accountId: last.accountId, begunAt: last.begunAt }
}

/**
 * What worked in everybody's grants of a profile since then, for admins and for those who answer for it; null for others.
 * The newest 500 grants count.
 */
export async function findEverybodysUses(db: Database, viewer: Viewer, profile: { id: string; owners: readonly string[] }, since: Date): Promise<RecordedUses | null> {
  if (!hasRole(viewer, 'admin') && !profile.owners.some((group) => viewer.groups.includes(group))) return null
  const grants = await db.$queryRaw<{ id: string; personId: string; accountId: string; begunAt: Date }[]>`
    SELECT g.id::text, g."personId"::text, g."accountId", g."activatedAt" AS "begunAt" FROM request r JOIN "grant" g ON g."requestId" = r.id
    WHERE r."profileId" = ${profile.id} AND r."settledAt" >= ${since}::timestamptz AND g."activatedAt" >= ${since}::timestamptz
    ORDER BY g."activatedAt" DESC LIMIT 501`
  const found = await read(db, grants.slice(0, 500).map(({ id }) => id), since, new Set(grants.map(({ personId }) => personId)).size)
  const first = grants.at(-1)
  return { ...found, whole: found.whole && grants.length <= 500, accountId: first?.accountId ?? '', begunAt: first?.begunAt ?? since }
}

type Named = EventName & { accountId: string; region: string; count: number; lastAt: Date }

/** By name first, without the records; those are read only where an action has one kind of resource, and not by the thousand. */
async function read(db: Database, grantIds: readonly string[], since: Date, people: number): Promise<Pick<RecordedUses, 'uses' | 'people' | 'whole'>> {
  if (grantIds.length === 0) return { uses: [], people: 0, whole: true }
  const worked = Prisma.sql`"grantId" = ANY(${grantIds}::uuid[]) AND "eventTime" >= ${since}::timestamptz AND "errorCode" IS NULL`
  const [names, known] = await Promise.all([
    db.$queryRaw<Named[]>`
      SELECT "accountId", "eventSource", "eventName", region, count(*)::int AS count, max("eventTime") AS "lastAt"
      FROM (SELECT "accountId", "eventSource", "eventName", region, "eventTime" FROM trail_event WHERE ${worked} ORDER BY "eventTime" DESC LIMIT ${mostEvents + 1}) e
      GROUP BY 1, 2, 3, 4`,
    loadKnownActions(),
  ])
  const calls = Map.groupBy(names, ({ eventSource, eventName }) => `${eventSource} ${eventName}`)
  const isRead = (name: EventName): boolean => namesOneResource(name, known) && sum(calls.get(`${name.eventSource} ${name.eventName}`) ?? []) <= mostRecords
  const open = names.filter((name) => !isRead(name)).map(({ eventSource, eventName, count, lastAt, accountId, region }) => ({ eventSource, eventName, count, lastAt, target: { accountId, region, arns: [], parameters: {} } }))
  const targeted = await readTargets(db, worked, names.filter(isRead))
  return { uses: [...targeted, ...open], people, whole: sum(names) <= mostEvents }
}

const sum = (rows: readonly { count: number }[]): number => rows.reduce((total, { count }) => total + count, 0)

/** Objects of S3 by bucket, so that many of them are one use. Parameters that are no text count as none. */
async function readTargets(db: Database, worked: Prisma.Sql, names: readonly EventName[]): Promise<Use[]> {
  if (names.length === 0) return []
  const rows = await db.$queryRaw<(Omit<Use, 'target'> & Use['target'])[]>`
    SELECT "accountId", "eventSource", "eventName", region, arns, parameters, count(*)::int AS count, max("eventTime") AS "lastAt"
    FROM (
      SELECT e."accountId", e."eventSource", e."eventName", e.region, e."eventTime", jsonb_strip_nulls(jsonb_build_object(${parameters})) AS parameters,
        (SELECT coalesce(jsonb_agg(DISTINCT regexp_replace(arn #>> '{}', '^(arn:[^:]+:s3:::[^/]+)/.+$', '\\1/*')), '[]') FROM jsonb_path_query(e.body, '$.resources[0 to 9].ARN ? (@.type() == "string")') arn) AS arns
      FROM trail_event e
      WHERE ${worked} AND (e."eventSource", e."eventName") IN (SELECT * FROM unnest(${names.map(({ eventSource }) => eventSource)}::text[], ${names.map(({ eventName }) => eventName)}::text[]))
    ) read
    GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 7 DESC, 2, 3`
  return rows.map(({ eventSource, eventName, count, lastAt, ...target }) => ({ eventSource, eventName, count, lastAt, target }))
}
