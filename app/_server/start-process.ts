import { workerMode } from '#lib/config/config.ts'
import { loadCatalog, startBackground } from './background.ts'
import { logError } from './log.ts'
import { ConfigurationError, getServices } from './services.ts'

/** Brings the process up, or ends it with one clear list of what to mend. */
export async function startProcess(): Promise<void> {
  try {
    const services = await getServices()
    await loadCatalog(services)
    if (workerMode() === 'off') return
    const background = await startBackground(services)
    const stop = (): void => {
      background.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      )
    }
    process.once('SIGTERM', stop)
    process.once('SIGINT', stop)
  } catch (error) {
    if (error instanceof ConfigurationError) process.stderr.write(`${error.message}\n`)
    else logError('start', error)
    process.exit(1)
  }
}
