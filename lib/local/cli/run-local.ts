import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { readPort } from '../stack/choose-ports.ts'
import { sayWhy } from '../stack/plain-error.ts'
import { type RunningCopy, takeFolder } from '../stack/running-copy.ts'
import type { AppMode } from '../stack/start-app.ts'
import { generateClient } from './build-app.ts'
import { folderOf, readArguments } from './local-options.ts'
import { type LogFile, openLog, openScreen } from './screen.ts'
import { atStop } from './stop-signals.ts'

export type LocalCommand = { name: 'demo' | 'dev'; mode: AppMode }
/** Something to stop, in the reverse order of starting; `kill` for somebody who will not wait. */
export type Stoppable = { stop: () => Promise<void>; kill?: () => void }

/** Runs the local stack and the application on it until somebody stops it; then everything stops, in order. */
export async function runLocal(command: LocalCommand): Promise<void> {
  const screen = openScreen()
  const stopping = new AbortController()
  const stops: Stoppable[] = []
  let log: LogFile | undefined
  let place = { dataDir: path.resolve('.data'), logFile: 'none yet' }
  let exitCode = 0
  const kill = (): void => {
    for (const running of stops.toReversed()) running.kill?.()
  }
  const ended = atStop(stopping, kill, (error) => {
    exitCode = 1
    screen.print(`\n  ${sayWhy(error, place)}`)
  })
  try {
    const { reset } = readArguments(process.argv.slice(2))
    const port = readPort(process.env.PORT)
    const dataDir = folderOf(process.env.LATCHKEY_DATA_DIR, port)
    place = { dataDir, logFile: path.join(dataDir, 'demo.log') }
    const copy = await takeCopy(dataDir, port, reset)
    stops.push({ stop: async () => copy.release() })
    log = openLog(place.logFile)
    screen.print(`\n  Latchkey, local ${command.name}\n`)
    await generateClient(stopping.signal, (step) => screen.step(step))
    // Only now: much of the product imports the client that was just generated.
    const { startLocal } = await import('./start-local.ts')
    const app = await startLocal(command, { screen, log, dataDir, port, copy, stops, stopping: stopping.signal })
    exitCode = await Promise.race([ended, app.exited.then(() => 1)])
    if (!stopping.signal.aborted) screen.print(`\n  The application ended by itself; its log says why: ${path.join(dataDir, 'app.log')}`)
  } catch (error) {
    // What breaks because somebody stops the start is no failure.
    if (!stopping.signal.aborted) {
      exitCode = 1
      log?.note(error instanceof Error ? (error.stack ?? error.message) : String(error))
      screen.print(`\n  ${sayWhy(error, place)}`)
    }
  }
  stopping.abort()
  if (stops.length > 1) screen.step('Stopping')
  for (const running of stops.splice(0).reverse()) await running.stop().catch(() => undefined)
  screen.done()
  process.exit(exitCode)
}

async function takeCopy(dataDir: string, port: number, reset: boolean): Promise<RunningCopy> {
  const copy = await takeFolder(dataDir, port)
  if (!reset) return copy
  copy.release()
  rmSync(dataDir, { recursive: true, force: true })
  mkdirSync(dataDir, { recursive: true })
  return takeFolder(dataDir, port)
}
