import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { createMovableClock } from '../clock.ts'
import { clearHalfHistory, closeServices, hasHistory, openDemoServices, prepareHistory } from '../demo/prepare-history.ts'
import { runLive } from '../demo/live/run-live.ts'
import { choosePorts, readPort } from '../stack/choose-ports.ts'
import { sayWhy } from '../stack/plain-error.ts'
import { type RunningCopy, takeFolder } from '../stack/running-copy.ts'
import { type AppMode, type RunningApp, startApp } from '../stack/start-app.ts'
import { type Stack, startStack } from '../stack/start-stack.ts'
import { buildApp, generateClient } from './build-app.ts'
import { folderOf, readArguments } from './local-options.ts'
import { type LogFile, openLog, openScreen, type Screen } from './screen.ts'
import { atStop } from './stop-signals.ts'
import { welcome } from './welcome.ts'

export type LocalCommand = { name: 'demo' | 'dev'; mode: AppMode }
/** Something to stop, in the reverse order of starting; `kill` for somebody who will not wait. */
type Stoppable = { stop: () => Promise<void>; kill?: () => void }
export type Started = { stack: Stack; dataDir: string; screen: Screen; log: LogFile; stopping: AbortSignal }

/** CloudTrail's delay in the demo: visible, and short enough for somebody who tries things out. */
const cloudTrailDelayMs = 5_000

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
  const ended = atStop(stopping, kill, (error) => screen.print(`\n  ${sayWhy(error, place)}`))
  try {
    const { reset } = readArguments(process.argv.slice(2))
    const port = readPort(process.env.PORT)
    const dataDir = folderOf(process.env.LATCHKEY_DATA_DIR, port)
    place = { dataDir, logFile: path.join(dataDir, 'demo.log') }
    const copy = await takeCopy(dataDir, port, reset)
    stops.push({ stop: async () => copy.release() })
    log = openLog(place.logFile)
    const app = await start(command, { screen, log, dataDir, port, copy, stops, stopping: stopping.signal })
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

type Starting = Omit<Started, 'stack'> & { port: number; copy: RunningCopy; stops: Stoppable[] }

async function start(command: LocalCommand, starting: Starting): Promise<RunningApp> {
  const { screen, log, dataDir, port, copy, stops, stopping } = starting
  const ports = await choosePorts(port, dataDir)
  screen.print(`\n  Latchkey, local ${command.name}\n`)
  if (command.mode === 'standalone') await buildApp((step) => screen.step(step), stopping)
  else await generateClient(stopping)
  stopping.throwIfAborted()
  clearHalfHistory(dataDir)
  const clock = createMovableClock()
  const stack = await startStack({ dataDir, ports, clock, cloudTrailDelayMs, onStep: (step) => screen.step(step), onLog: (text) => log.note(text) })
  stops.push({ stop: () => stack.close(), kill: () => stack.kill() })
  stopping.throwIfAborted()
  const services = await openDemoServices(stack, clock)
  stops.push({ stop: () => closeServices(services) })
  if (!hasHistory(dataDir)) {
    screen.step('30 days of history')
    const onProblem = (error: unknown): void => log.note(`history: ${error instanceof Error ? error.stack : String(error)}`)
    await prepareHistory({ stack, services, clock, dataDir, signal: stopping, onDay: (day) => screen.detail(`day ${Math.min(day, 30)}`), onProblem })
  }
  screen.step('Application and its worker')
  const app = await startApp(stack.environment, path.join(dataDir, 'app.log'), command.mode, (running) => {
    copy.noteApp(running.pid)
    stops.push({ stop: () => running.stop(), kill: () => running.kill() })
  })
  stopping.throwIfAborted()
  if (command.mode === 'standalone') {
    const live = runLive({ services, endpoint: stack.aws.url, onProblem: (error) => log.note(`live: ${String(error)}`) })
    stops.push({ stop: () => live.stop() })
  }
  screen.print(welcome({ stack, dataDir }))
  return app
}
