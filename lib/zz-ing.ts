import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openDatabase } from '#lib/db/client.ts'
import { benchIngest } from '#lib/local/bench/ingest.bench.ts'
import { prepareGrant } from '#lib/local/bench/prepare-grant.ts'
import { signInAs } from '#lib/local/bench/sign-in-as.ts'
import { createMovableClock } from '#lib/local/clock.ts'
import { closeServices, openDemoServices } from '#lib/local/demo/prepare-history.ts'
import { startApp } from '#lib/local/stack/start-app.ts'
import { startStack } from '#lib/local/stack/start-stack.ts'
import { freePort } from '#lib/local/test/free-port.ts'
const dataDir = await mkdtemp(path.join(tmpdir(), 'latchkey-bench-'))
const ports = { app: await freePort(), provider: await freePort(), aws: await freePort(), postgres: await freePort() }
const stack = await startStack({ dataDir, ports, cloudTrailDelayMs: 0 })
const app = await startApp({ ...stack.environment }, path.join(dataDir, 'app.log'))
const db = openDatabase(stack.environment.DATABASE_URL ?? '')
const owner = openDatabase(stack.ownerUrl)
try {
  const holder = await signInAs(db, stack.environment, 'maya')
  const { grantId } = await prepareGrant(db, stack.environment, stack.publicUrl, holder.cookie)
  Object.assign(process.env, stack.environment)
  const services = await openDemoServices(stack, createMovableClock())
  console.log(await benchIngest({ services, owner, databaseUrl: stack.ownerUrl, grantId }))
  await closeServices(services)
} finally { await owner.$disconnect(); await db.$disconnect(); await app.stop(); await stack.close(); await rm(dataDir, { recursive: true, force: true }) }
process.exit(0)
