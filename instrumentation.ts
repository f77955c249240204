import type { Instrumentation } from 'next'

/** Runs once when a server process starts: checks the configuration, loads the catalogue, starts the background work. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs' || process.env.NEXT_PHASE === 'phase-production-build') return
  const { startProcess } = await import('#app/_server/start-process.ts')
  await startProcess()
}

/** An error page shows the digest that Next.js gives an error; this line of the log has it as `reference`, beside the request. */
export const onRequestError: Instrumentation.onRequestError = async (error) => {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const [{ logError, logRefusal }, { hasBegun }] = await Promise.all([import('#app/_server/log.ts'), import('#app/_server/unread-requests.ts')])
  // Whoever sends rubbish fills no log with stack traces.
  if (!hasBegun()) return logRefusal('request', 'unreadable')
  const digest = error instanceof Error && 'digest' in error ? String(error.digest) : undefined
  logError('page', error, digest)
}
