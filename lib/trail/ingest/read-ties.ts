import type { Database } from '#lib/db/client.ts'
import type { TrailFacts } from '../parse-event.ts'
import { roleTaken, type TieContext } from './explain-event.ts'

/** Reads what explains these events, in three questions however many they are. */
export async function readTies(db: Database, events: readonly TrailFacts[]): Promise<TieContext> {
  const taken = events.flatMap((event) => roleTaken(event) ?? [])
  const keys = distinct([...events.map((event) => event.accessKeyId), ...taken.map((one) => one.accessKeyId)])
  const names = distinct([...events.flatMap((event) => [event.sourceIdentity, event.sessionName]), ...taken.map((one) => one.sessionName)])
  const roles = distinct([...events.map((event) => event.issuerArn), ...taken.map((one) => one.roleArn)])
  const [leases, grants, managed] = await Promise.all([readLeases(db, keys), readGrants(db, names), readManagedRoles(db, roles)])
  return {
    leases: new Map(leases.map(({ accessKeyId, grantId, trial }) => [accessKeyId, { grantId, trial }])),
    grants: new Map(grants.map(({ sessionName, ...grant }) => [sessionName, grant])),
    managedRoles: new Set(managed.map(({ arn }) => arn)),
  }
}

const distinct = (values: readonly (string | null)[]): string[] => [...new Set(values.filter((value) => value !== null))]

const readLeases = async (db: Database, keys: string[]): Promise<{ accessKeyId: string; grantId: string; trial: boolean }[]> =>
  keys.length === 0 ? [] : db.$queryRaw`SELECT "accessKeyId", "grantId"::text, purpose = 'probe' AS trial FROM lease WHERE "accessKeyId" = ANY(${keys}::text[])`

const readGrants = async (db: Database, names: string[]): Promise<{ sessionName: string; grantId: string; roleArn: string; minting: boolean }[]> =>
  names.length === 0
    ? []
    : db.$queryRaw`
      SELECT g."sessionName", g.id::text AS "grantId", g."roleArn", EXISTS (SELECT FROM lease l WHERE l."grantId" = g.id AND l.state IN ('minting', 'unknown')) AS minting
      FROM "grant" g WHERE g."sessionName" = ANY(${names}::text[])`

/** A role is managed when the catalogue has a profile of it, also one that is no longer offered, or a grant was of it. */
const readManagedRoles = async (db: Database, arns: string[]): Promise<{ arn: string }[]> =>
  arns.length === 0
    ? []
    : db.$queryRaw`
      SELECT arn FROM unnest(${arns}::text[]) AS asked(arn)
      WHERE EXISTS (SELECT FROM "grant" g WHERE g."roleArn" = arn)
         OR EXISTS (SELECT FROM access_profile p WHERE p."accountId" = split_part(arn, ':', 5) AND p.definition #>> '{access,role}' = split_part(arn, ':role/', 2))`
