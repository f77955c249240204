import path from 'node:path'
import { createMovableClock } from '../clock.ts'
import { runLive } from '../demo/live/run-live.ts'
import { clearHalfHistory, closeServices, hasHistory, openDemoServices, prepareHistory } from '../demo/prepare-history.ts'
import { runDigests, trailSourceOf } from '../demo/trail-source.ts'
import { choosePorts } from '../stack/choose-ports.ts'
import type { RunningCopy } from '../stack/running-copy.ts'
import { type RunningApp, startApp } from '../stack/start-app.ts'
import { startStack } from '../stack/start-stack.ts'
import { buildApp } from './build-app.ts'
import type { LocalCommand, Stoppable } from './run-local.ts'
import type { LogFile, Screen } from './screen.ts'
import { welcome } from './welcome.ts'

/** CloudTrail's delay in the demo: visible, and short enough for somebody who tries things out. */
const cloudTrailDelayMs = 5_000

/** How long the demo's AWS takes to make or remove an assignment of Identity Center: asynchronous, as at AWS. */
const assignmentMs = 4_000

type Starting = { screen: Screen; log: LogFile; dataDir: string; port: number; copy: RunningCopy; stops: Stoppable[]; stopping: AbortSignal }

/** From the build to the last screen. Whatever it starts is put on `stops` at once. */
export async function startLocal(command: LocalCommand, starting: Starting): Promise<RunningApp> {
  const { screen, log, dataDir, port, copy, stops, stopping } = starting
  const ports = await choosePorts(port, dataDir)
  if (command.mode === 'standalone') await buildApp((step) => screen.step(step), stopping)
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
  stack.aws.setAssignmentTime(assignmentMs)
  screen.step('Application and its worker')
  const app = await startApp({ ...stack.environment, ...trailSourceOf(dataDir, stack.aws.url, clock.now()) }, path.join(dataDir, 'app.log'), command.mode, (running) => {
    copy.noteApp(running.pid)
    stops.push({ stop: () => running.stop(), kill: () => running.kill() })
  })
  stopping.throwIfAborted()
  stops.push(runDigests(stack.aws))
  if (command.mode === 'standalone') {
    const live = runLive({ services, endpoint: stack.aws.url, onProblem: (error) => log.note(`live: ${String(error)}`) })
    stops.push({ stop: () => live.stop() })
  }
  screen.print(welcome({ stack, dataDir }))
  return app
}
