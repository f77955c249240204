import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startReplicas } from '#lib/local/stack/start-replicas.ts'
import { startStack } from '#lib/local/stack/start-stack.ts'
import { freePort } from '#lib/local/test/free-port.ts'

/** What the journeys need to know of the running stack. */
export type StackFacts = { baseUrl: string; awsUrl: string; issuer: string; ownerUrl: string; logFile: string; environment: Record<string, string>; replicas: number }

/**
 * Starts the whole stack with the standalone production server, once for all journeys, on free ports of 127.0.0.1.
 * `LATCHKEY_E2E_REPLICAS=2` puts that many servers behind a proxy that takes them in turns.
 */
export default async function setup(): Promise<() => Promise<void>> {
  // A stack that somebody keeps running while they write a journey.
  if (process.env.LATCHKEY_E2E_FACTS) return async () => undefined
  const dataDir = await mkdtemp(path.join(tmpdir(), 'latchkey-e2e-'))
  const ports = { app: await freePort(), provider: await freePort(), aws: await freePort(), postgres: await freePort() }
  const stack = await startStack({ dataDir, ports, cloudTrailDelayMs: 0 })
  // Journeys are faster than people; what happens beyond the limits is the matter of a spec of its own.
  const limits = { LIMIT_SIGN_INS_PER_MINUTE: '10000', LIMIT_REQUESTS_PER_MINUTE: '10000', LIMIT_DECISIONS_PER_MINUTE: '10000', LIMIT_REVEALS_PER_MINUTE: '10000' }
  const environment = { ...stack.environment, ...limits, METRICS_TOKEN: randomBytes(24).toString('hex') }
  const logFile = path.join(dataDir, 'app.log')
  const app = await startReplicas(environment, logFile, Number(process.env.LATCHKEY_E2E_REPLICAS ?? 1)).catch(async (error: unknown) => {
    await stack.close()
    throw error
  })
  const facts: StackFacts = { baseUrl: stack.publicUrl, awsUrl: stack.aws.url, issuer: stack.provider.issuer, ownerUrl: stack.ownerUrl, logFile, environment, replicas: app.urls.length }
  process.env.LATCHKEY_E2E_FACTS = path.join(dataDir, 'facts.json')
  await writeFile(process.env.LATCHKEY_E2E_FACTS, JSON.stringify(facts), { mode: 0o600 })
  return async () => {
    await app.stop()
    await stack.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}
