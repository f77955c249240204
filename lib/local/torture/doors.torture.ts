import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openDatabase } from '#lib/db/client.ts'
import { buildApp } from '../cli/build-app.ts'
import { startApp } from '../stack/start-app.ts'
import { startStack } from '../stack/start-stack.ts'
import { freePort } from '../test/free-port.ts'
import { fuzz, type FuzzFault, type FuzzOptions, type FuzzReport, loggedFailures } from './fuzz.ts'

/** More than can be sent: limits are the matter of a test of their own. */
const limits = { LIMIT_SIGN_INS_PER_MINUTE: '1000000', LIMIT_REQUESTS_PER_MINUTE: '1000000', LIMIT_DECISIONS_PER_MINUTE: '1000000', LIMIT_REVEALS_PER_MINUTE: '1000000' }

/**
 * Mutated requests to every server action, route and page of the built server. True when none of them was answered with
 * a 500 or with internal text, the process lives on, and its log holds no failure that nobody expected.
 */
export async function tortureDoors(options: FuzzOptions, say: (text: string) => void): Promise<boolean> {
  await buildApp(say)
  const dataDir = await mkdtemp(path.join(tmpdir(), 'latchkey-torture-'))
  const ports = { app: await freePort(), provider: await freePort(), aws: await freePort(), postgres: await freePort() }
  const stack = await startStack({ dataDir, ports, cloudTrailDelayMs: 0 })
  const environment = { ...stack.environment, ...limits, METRICS_TOKEN: 'a token of the torture' }
  const log = path.join(dataDir, 'app.log')
  const app = await startApp(environment, log).catch(async (error: unknown) => {
    await stack.close()
    throw error
  })
  const db = openDatabase(stack.environment.DATABASE_URL ?? '')
  let alive = true
  void app.exited.then(() => (alive = false))
  try {
    const begun = performance.now()
    say(`${options.count.toLocaleString('en')} mutated requests from seed ${options.seed}`)
    let told = 0
    const onBatch = (sent: number, faults: readonly FuzzFault[]): void => {
      for (const { door, seed, fault, request } of faults) say(`FAULT ${door}: ${fault}\n    npm run torture -- --seed ${seed} --count 25 --only '${door}'\n    ${request}`)
      if (sent < told + 10_000) return
      told = sent
      say(`${sent.toLocaleString('en')} sent, ${((performance.now() - begun) / 1_000).toFixed(0)} s`)
    }
    const report = await fuzz({ db, environment, baseUrl: stack.publicUrl }, { ...options, onBatch })
    const ready = alive && (await fetch(`${stack.publicUrl}/api/health/ready`).catch(() => undefined))?.ok === true
    return tell({ report, ready, seconds: (performance.now() - begun) / 1_000, errors: loggedFailures(readFileSync(log, 'utf8')) }, say)
  } finally {
    await db.$disconnect()
    await app.stop()
    await stack.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

function tell({ report, ready, seconds, errors }: { report: FuzzReport; ready: boolean; seconds: number; errors: string[] }, say: (text: string) => void): boolean {
  for (const [door, sent] of report.sent) say(`${door.padEnd(36)}${sent.toLocaleString('en').padStart(9)}${((report.ms.get(door) ?? 0) / sent).toFixed(1).padStart(9)} ms each`)
  say(`statuses: ${[...report.statuses].toSorted(([left], [right]) => left - right).map(([status, times]) => `${status} × ${times.toLocaleString('en')}`).join(', ')}`)
  for (const error of errors) say(`LOGGED ${error}`)
  if (!ready) say('The server does not answer any more.')
  const total = [...report.sent.values()].reduce((sum, sent) => sum + sent, 0)
  say(`${total.toLocaleString('en')} requests, ${report.faults.length} faults, ${seconds.toFixed(0)} s`)
  return ready && report.faults.length === 0 && errors.length === 0
}
