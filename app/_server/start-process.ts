import { isBuiltServer, workerMode } from '#lib/config/config.ts'
import { seconds } from '#lib/config/clock.ts'
import { handOverKey } from '#lib/record/checkpoints/hand-over-key.ts'
import { type Background, readCatalog, startBackground } from './background.ts'
import { logError, logInfo, logProblem, takeConsole } from './log.ts'
import { nameRequests } from './request-id.ts'
import { ConfigurationError, getServices, type Services } from './services.ts'
import { noteStarted, waitForMigrations } from './starting.ts'
import { finishAnswers, watchServers } from './stopping.ts'
import { startTracing } from './tracing/start-tracing.ts'
import { blameUnreadRequests } from './unread-requests.ts'

/** Whoever stops the process should wait longer than this before it kills. */
const stopTakesAtMost = seconds(25)

/** Brings the process up, or ends it with one clear list of what to mend. */
export async function startProcess(): Promise<void> {
  if (isBuiltServer()) takeConsole()
  nameRequests()
  watchServers()
  blameUnreadRequests()
  await orEnd(async () => {
    const stopTracing = await startTracing()
    const wait = await waitForMigrations()
    // Requests wait for this function, so it must not wait for somebody to migrate: the probes are answered meanwhile.
    if (wait) void orEnd(async () => {
      await wait()
      await begin(stopTracing)
    })
    else await begin(stopTracing)
  })
}

async function begin(stopTracing: () => Promise<void>): Promise<void> {
  const services = await getServices()
  await handOver(services)
  await readCatalog(services)
  const background = workerMode() === 'off' ? undefined : await startBackground(services)
  stopInOrder(background, stopTracing)
  noteStarted()
}

/** A new signing key is vouched for by the one before it. */
async function handOver({ db, config, clock }: Services): Promise<void> {
  const key = await handOverKey(db, config.record, clock())
  if (key.state === 'superseded') throw new ConfigurationError(['RECORD_SIGNING_KEY_FILE holds a key that has handed over to another one: name the new key\'s file.'])
  if (key.state === 'handed_over') logInfo('record', `key ${key.previousKeyId} handed over; RECORD_PREVIOUS_SIGNING_KEY_FILE is not needed any more`)
  if (key.state === 'unvouched') logProblem('record', `The signing key is a new one, and key ${key.previousKeyId} before it did not hand over. Proofs of both need both public keys; with RECORD_PREVIOUS_SIGNING_KEY_FILE at the first start with a new key they need one.`)
}

async function orEnd(step: () => Promise<void>): Promise<void> {
  try {
    await step()
  } catch (error) {
    if (error instanceof ConfigurationError) for (const problem of error.problems) logProblem('configuration', problem)
    else logError('start', error)
    process.exit(1)
  }
}

/**
 * SIGTERM and SIGINT end the process in order: what people wait for first, then loops and jobs at the end of their step.
 * Next.js's own handlers end the process with the last answer, jobs or not, so they go; `next dev` keeps its own.
 */
function stopInOrder(background: Background | undefined, stopTracing: () => Promise<void>): void {
  let begun = false
  const stop = async (): Promise<void> => {
    if (begun) return
    begun = true
    const late = setTimeout(() => {
      logError('stop', new Error('Something did not end in time; it is cut off. Every step is safe to be cut off.'))
      process.exit(1)
    }, stopTakesAtMost)
    late.unref()
    await finishAnswers()
    await background?.stop()
    const { db } = await getServices()
    await db.$disconnect()
    // A collector that is away costs its timeout and nothing else.
    await stopTracing().catch((error: unknown) => logError('traces', error))
    logInfo('stop', 'stopped')
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    if (isBuiltServer()) process.removeAllListeners(signal)
    process.on(signal, () => void stop().catch((error: unknown) => {
      logError('stop', error)
      process.exit(1)
    }))
  }
}
