import { createHash, timingSafeEqual } from 'node:crypto'
import { databaseFamilies } from '#app/_server/metrics/database-metrics.ts'
import { measureEventLoop, processFamilies } from '#app/_server/metrics/metrics.ts'
import { expose, metricsContentType } from '#app/_server/metrics/registry.ts'
import { getServices } from '#app/_server/services.ts'
import { poolState } from '#lib/db/client.ts'

export const dynamic = 'force-dynamic'

/** For Prometheus, which shows METRICS_TOKEN as its bearer token. Without that variable there is nothing here. */
export async function GET(request: Request): Promise<Response> {
  const { config, db, clock } = await getServices()
  if (config.metricsToken === undefined) return new Response(null, { status: 404 })
  if (!isToken(request.headers.get('authorization'), config.metricsToken)) return new Response(null, { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } })
  measureEventLoop()
  // What the process counts is told also while the database is away: that is when somebody looks.
  const shared = await databaseFamilies(db, clock()).catch(() => undefined)
  const up = { name: 'latchkey_database_up', help: 'Whether the database answered this scrape.', type: 'gauge' as const, samples: [{ labels: {}, value: shared ? 1 : 0 }] }
  return new Response(expose([up, ...processFamilies(poolState(db)), ...(shared ?? [])]), { headers: { 'Content-Type': metricsContentType } })
}

/** In constant time, whatever their lengths. */
function isToken(header: string | null, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`))
}
