import 'server-only'
import type { Dependency, HealthPageProps, HealthState } from '#components/health/health-models.ts'
import { getChainHead } from '#lib/record/record.queries.ts'
import { getServices } from './services.ts'

type Part = { name: string; purpose: string; mend: string; lateAfterMs: number }

/** What runs by itself in every replica, and how long it may be quiet before that is a problem. */
const loops: Record<string, Part> = {
  sealer: { name: 'Sealer', purpose: 'Chains entries of the record within a second or so.', mend: 'Look at the log for "sealer". Entries wait; none is lost.', lateAfterMs: 10_000 },
  checkpoints: { name: 'Checkpoints', purpose: 'Anchors the record outside the database.', mend: 'Check that RECORD_CHECKPOINT_FILE can be written.', lateAfterMs: 60_000 },
  ending: { name: 'Ending of grants', purpose: 'Writes down ends. AWS refuses from the end on even when this is late.', mend: 'Look at the log for "ending".', lateAfterMs: 15_000 },
  activation: { name: 'Lost activations', purpose: 'Goes on with activations whose job was lost.', mend: 'Look at the log for "activation".', lateAfterMs: 120_000 },
  lapsing: { name: 'Lapsing of requests', purpose: 'Ends requests nobody decided in time.', mend: 'Look at the log for "lapsing".', lateAfterMs: 60_000 },
  tidying: { name: 'Tidying', purpose: 'Forgets counters of limits that nobody reached.', mend: 'Look at the log for "tidying".', lateAfterMs: 300_000 },
  leases: { name: 'Lost leases', purpose: 'Marks credentials whose issuing was cut off half-way.', mend: 'Look at the log for "leases".', lateAfterMs: 120_000 },
  trail: { name: 'CloudTrail reading', purpose: 'Brings the activity of sessions to the dashboard.', mend: 'See the accounts below for what AWS refuses.', lateAfterMs: 60_000 },
}

const ago = (ms: number): string => (ms < 90_000 ? `${Math.max(0, Math.round(ms / 1_000))} s` : `${Math.round(ms / 60_000)} min`)

/** Each dependency with its last success, its lag and what mends it. Live checks run now; loops report by heartbeat. */
export async function healthGroups(now: Date): Promise<HealthPageProps['groups']> {
  const { db } = await getServices()
  const beats = await db.heartbeat.findMany({ orderBy: { component: 'asc' } })
  const known = new Map(beats.map((beat) => [beat.component, beat]))
  const loopRows = Object.entries(loops).map(([component, part]) => loopRow(component, part, known.get(component), now))
  const accounts = beats.filter((beat) => beat.component.startsWith('cloudtrail/')).map((beat) => accountRow(beat, now))
  return [
    { title: 'Dependencies', dependencies: await Promise.all([databaseRow(now), ...(await providerRows(now)), awsRow(now)]) },
    { title: 'What runs by itself', dependencies: [...loopRows, await recordRow(now)] },
    ...(accounts.length > 0 ? [{ title: 'CloudTrail, by account and Region', dependencies: accounts }] : []),
  ]
}

type Beat = { component: string; lastSuccessAt: Date | null; lastFailureAt: Date | null; message: string | null }

function loopRow(id: string, part: Part, beat: Beat | undefined, now: Date): Dependency {
  const quietMs = beat?.lastSuccessAt ? now.getTime() - beat.lastSuccessAt.getTime() : null
  const failing = beat?.message !== null && beat?.message !== undefined
  const state: HealthState = quietMs === null ? 'unknown' : failing || quietMs > part.lateAfterMs * 3 ? 'down' : quietMs > part.lateAfterMs ? 'slow' : 'working'
  return {
    id,
    name: part.name,
    purpose: part.purpose,
    state,
    lastSuccessAt: beat?.lastSuccessAt?.toISOString() ?? null,
    lag: quietMs === null ? null : ago(quietMs),
    problem: failing ? beat.message : state === 'working' ? null : 'It has not reported for a while.',
    mend: state === 'working' ? null : part.mend,
  }
}

function accountRow(beat: Beat, now: Date): Dependency {
  const [, accountId = '', region = ''] = beat.component.split('/')
  const part = { name: `${accountId}, ${region}`, purpose: 'LookupEvents by session name.', mend: 'Check the reader role of this account and its right to cloudtrail:LookupEvents.', lateAfterMs: 5 * 60_000 }
  return loopRow(beat.component, part, beat, now)
}

async function timed(check: () => Promise<string | null>): Promise<{ problem: string | null; tookMs: number }> {
  const start = performance.now()
  const problem = await check().catch((error: unknown) => (error instanceof Error ? error.message : 'It did not answer.'))
  return { problem, tookMs: performance.now() - start }
}

function liveRow(id: string, name: string, purpose: string, mend: string, now: Date, result: { problem: string | null; tookMs: number }): Dependency {
  const state: HealthState = result.problem ? 'down' : result.tookMs > 2_000 ? 'slow' : 'working'
  return { id, name, purpose, state, lastSuccessAt: result.problem ? null : now.toISOString(), lag: null, problem: result.problem, mend: result.problem ? mend : null }
}

async function databaseRow(now: Date): Promise<Dependency> {
  const { db } = await getServices()
  const result = await timed(async () => {
    await db.$queryRaw`SELECT 1`
    return null
  })
  return liveRow('database', 'PostgreSQL', 'Everything but AWS access already issued.', 'Check DATABASE_URL and that the server runs.', now, result)
}

async function providerRows(now: Date): Promise<Promise<Dependency>[]> {
  const { provider, config } = await getServices()
  return config.oidc.map(async ({ id, name, issuer }, index) => {
    const result = await timed(async () => {
      await provider.check(id)
      return null
    })
    const variable = index === 0 ? 'OIDC_ISSUER' : 'OIDC_2_ISSUER'
    return liveRow(id, config.oidc.length === 1 ? 'Identity provider' : `Identity provider: ${name}`, 'Sign-in, and the groups behind every decision.', `Check ${variable} and that the discovery document of ${issuer} can be reached from here. Latchkey goes on by itself once it answers.`, now, result)
  })
}

async function awsRow(now: Date): Promise<Dependency> {
  const { issuer } = await getServices()
  const result = await timed(async () => {
    const answer = await issuer.check()
    return answer.ok ? null : `${answer.awsCode}: ${answer.message}`
  })
  return liveRow('issuer', 'AWS STS, as issuer', 'Issuing credentials. Without it, access already issued goes on to its end.', "Check the process's AWS credentials and LATCHKEY_ISSUER_ROLE_ARN.", now, result)
}

async function recordRow(now: Date): Promise<Dependency> {
  const { db } = await getServices()
  const head = await getChainHead(db)
  const open = head.sealed - head.anchored
  const late = head.lastAnchoredAt !== null && open > 0 && now.getTime() - head.lastAnchoredAt.getTime() > 120_000
  return {
    id: 'record',
    name: 'Record',
    purpose: 'Proof that nobody edited what happened.',
    state: late ? 'slow' : 'working',
    lastSuccessAt: head.lastAnchoredAt?.toISOString() ?? null,
    lag: open + head.pending === 0 ? null : `${open + head.pending} entries`,
    problem: late ? 'The last checkpoint is more than two minutes old.' : null,
    mend: late ? 'Check that RECORD_CHECKPOINT_FILE can be written.' : null,
  }
}
