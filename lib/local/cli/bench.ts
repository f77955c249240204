/** `npm run bench [-- --json] [-- --full]`: measured numbers beside baselines of the same run. `--full` reconciles 1,000 accounts instead of 100, some six minutes, and looks among 10 million events instead of one. Ends with 1 where a bound is missed. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Config } from '#lib/config/config.ts'
import { type Database, openDatabase } from '#lib/db/client.ts'
import { benchApprovals } from '../bench/approvals.bench.ts'
import { benchAssignments } from '../bench/assignments.bench.ts'
import { type BenchCase, orProblem } from '../bench/bench-case.ts'
import { benchEvaluate } from '../bench/evaluate.bench.ts'
import { benchExplain } from '../bench/explain.bench.ts'
import { benchIngest } from '../bench/ingest.bench.ts'
import { benchPolicy } from '../bench/policy.bench.ts'
import { prepareGrant } from '../bench/prepare-grant.ts'
import { benchReveal } from '../bench/reveal.bench.ts'
import { benchRevoke } from '../bench/revoke.bench.ts'
import { benchRecord } from '../bench/record.bench.ts'
import { benchRules } from '../bench/rules.bench.ts'
import { benchScan } from '../bench/scan.bench.ts'
import { benchScale } from '../bench/scale.bench.ts'
import { signInAs } from '../bench/sign-in-as.ts'
import { benchMemory, benchRoutes } from '../bench/weight.bench.ts'
import type { Services } from '../../../app/_server/services.ts'
import { createMovableClock } from '../clock.ts'
import { closeServices, openDemoServices } from '../demo/prepare-history.ts'
import { issuerRoleArn, readerRoleArn, revokerRoleArn } from '../demo/organisation.ts'
import { startApp } from '../stack/start-app.ts'
import { type Stack, startStack } from '../stack/start-stack.ts'
import { freePort } from '../test/free-port.ts'
import { buildApp } from './build-app.ts'

const json = process.argv.includes('--json')
const full = process.argv.includes('--full')
const say = (text: string): void => {
  if (!json) console.log(`  ${text}`)
}
const idleMs = 10_000
const latencyMs = 50

const cases = [
  ...(await orProblem('the portal', run)),
  ...(await orProblem('scale', () => benchScale(say, full ? 10_000_000 : 1_000_000))),
  ...(await orProblem('the record', () => benchRecord(say))),
  ...(await orProblem('Identity Center', assignments)),
  ...(await orProblem('the scan', () => benchScan(process.env.LATCHKEY_TRAIL_DATA, say))),
]
if (json) console.log(JSON.stringify({ cases }))
else print(cases)
process.exit(cases.every((each) => each.holds) ? 0 : 1)

async function run(): Promise<BenchCase[]> {
  await buildApp(say)
  const dataDir = await mkdtemp(path.join(tmpdir(), 'latchkey-bench-'))
  const ports = { app: await freePort(), provider: await freePort(), aws: await freePort(), postgres: await freePort() }
  const stack = await startStack({ dataDir, ports, cloudTrailDelayMs: 0 })
  const app = await startApp({ ...stack.environment, LIMIT_REVEALS_PER_MINUTE: '1000000' }, path.join(dataDir, 'app.log'))
  const db = openDatabase(stack.environment.DATABASE_URL ?? '')
  try {
    say(`Idle for ${idleMs / 1_000} s`)
    await new Promise((resolve) => setTimeout(resolve, idleMs))
    const memory = benchMemory(app.pid)
    const admin = await signInAs(db, stack.environment, 'lena')
    const holder = await signInAs(db, stack.environment, 'maya')
    say('A grant through request, approval and activation')
    const { grantId, requestId } = await prepareGrant(db, stack.environment, stack.publicUrl, holder.cookie)
    Object.assign(process.env, stack.environment)
    say(`Reveals, AWS at ${latencyMs} ms a call`)
    stack.aws.setLatency(latencyMs)
    const reveal = await benchReveal({ db, baseUrl: stack.publicUrl, cookie: holder.cookie, grantId, aws: awsSettings() })
    stack.aws.setLatency(0)
    say('JavaScript per route')
    const pages = ['/request?profile=payments-prod-read', '/approvals', '/dashboard', '/findings', '/record', '/health', `/requests/${requestId}`]
    const routes = [...(await benchRoutes(stack.publicUrl, holder.cookie, ['/', `/grants/${grantId}/credentials`])), ...(await benchRoutes(stack.publicUrl, admin.cookie, pages))]
    say('Revocations')
    const revoke = await withServices(stack, async (services, owner) => benchRevoke({ services, owner, aws: stack.aws, baseUrl: stack.publicUrl, responderCookie: (await signInAs(db, stack.environment, 'rosa')).cookie, latencyMs }))
    say('Ingestion')
    const ingest = await withServices(stack, (services, owner) => benchIngest({ services, owner, databaseUrl: stack.ownerUrl, grantId }))
    // The worker would begin each of the thousand grants meanwhile, on the same cores.
    await app.stop()
    say('Approvals')
    const approvals = await withServices(stack, benchApprovals)
    say('Policy evaluation')
    return [...reveal, revoke, ...ingest, approvals, benchEvaluate(), await benchExplain(), benchPolicy(), benchRules(), ...routes, memory]
  } finally {
    await db.$disconnect()
    await app.stop()
    await stack.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

function assignments(): Promise<BenchCase[]> {
  say('Reconciling with Identity Center')
  return benchAssignments(full ? 1_000 : 100)
}

async function withServices<Value>(stack: Stack, measure: (services: Services, owner: Database) => Promise<Value>): Promise<Value> {
  const services = await openDemoServices(stack, createMovableClock())
  const owner = openDatabase(stack.ownerUrl)
  try {
    return await measure(services, owner)
  } finally {
    await owner.$disconnect()
    await closeServices(services)
  }
}

function awsSettings(): Config['aws'] {
  return { region: 'us-east-1', issuerRoleArn, readerRoleArn, memberReaderRoleName: 'latchkey/latchkey-reader', revokerRoleArn, memberRevokerRoleName: 'latchkey/latchkey-revoker', federationEndpoint: '', managedRolePath: '/latchkey/' }
}

function print(rows: readonly BenchCase[]): void {
  const number = (value: number | null): string => (value === null ? '' : value.toLocaleString('en', { maximumFractionDigits: 2 }))
  console.log(`\n${'case'.padEnd(52)}${'value'.padStart(12)}${'baseline'.padStart(12)}${'bound'.padStart(10)}  unit      samples`)
  for (const row of rows) {
    console.log(`${row.name.padEnd(52)}${number(row.value).padStart(12)}${number(row.baseline).padStart(12)}${number(row.bound).padStart(10)}  ${row.unit.padEnd(9)} ${String(row.samples).padStart(7)}  ${row.holds ? '' : 'MISSED'}`)
  }
}
