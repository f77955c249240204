import { type Database } from '#lib/db/client.ts'
import { type Family, gauge } from './registry.ts'

type Counted = { total: number }
type Job = { name: string; state: string; total: number }
type Lag = { account: string; region: string; seconds: number }
type Beat = { component: string; seconds: number }

/** What all replicas share, read at the scrape: each of them answers the same. Ages are from `now`, in seconds. */
export async function databaseFamilies(db: Database, now: Date): Promise<Family[]> {
  const [grants, requests, pending, jobs, lag, beats] = await Promise.all([
    db.$queryRaw<{ state: string; total: number }[]>`SELECT state::text, count(*)::int AS total FROM "grant" WHERE state IN ('scheduled', 'activating', 'active', 'ending', 'failed') GROUP BY 1`,
    db.$queryRaw<Counted[]>`SELECT count(*)::int AS total FROM request WHERE state = 'pending'`,
    db.$queryRaw<Counted[]>`SELECT count(*)::int AS total FROM record_pending`,
    db.$queryRaw<Job[]>`SELECT name, state::text, count(*)::int AS total FROM pgboss.job WHERE state IN ('created', 'retry', 'active', 'failed') GROUP BY 1, 2`,
    db.$queryRaw<Lag[]>`SELECT "accountId" AS account, region, greatest(0, extract(epoch FROM ${now}::timestamptz - min("cursorAt")))::float8 AS seconds FROM trail_watch GROUP BY 1, 2`,
    db.$queryRaw<Beat[]>`SELECT component, greatest(0, extract(epoch FROM ${now}::timestamptz - "lastSuccessAt"))::float8 AS seconds FROM heartbeat WHERE "lastSuccessAt" IS NOT NULL AND (component NOT LIKE '%/%' OR component LIKE 'provider/%')`,
  ])
  return [
    gauge('latchkey_grants', 'Grants that are not over, by state.', grants.map(({ state, total }) => [{ state }, total])),
    gauge('latchkey_requests_pending', 'Requests that wait for a decision.', [[{}, requests[0]?.total ?? 0]]),
    gauge('latchkey_record_unsealed', 'Entries of the record that the sealer has not chained yet.', [[{}, pending[0]?.total ?? 0]]),
    gauge('latchkey_queue_jobs', 'Jobs, by queue and state.', jobs.map(({ name, state, total }) => [{ queue: name, state }, total])),
    gauge('latchkey_trail_lag_seconds', 'How far what was read of CloudTrail is behind, by account and Region; only where a grant is watched.', lag.map(({ account, region, seconds }) => [{ account, region }, seconds])),
    gauge('latchkey_loop_last_success_seconds', 'Since when each background loop has not succeeded, on any replica.', beats.map(({ component, seconds }) => [{ loop: component }, seconds])),
  ]
}
