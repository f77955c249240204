import { existsSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { readConfig } from '#lib/config/config.ts'
import { composeServices, type Services } from '../../../app/_server/services.ts'
import type { MovableClock } from '../clock.ts'
import type { Stack } from '../stack/start-stack.ts'
import { runHistory } from './history/run-history.ts'

const begun = (dataDir: string): string => path.join(dataDir, 'history-begun')
const done = (dataDir: string): string => path.join(dataDir, 'history-done')

/** Removes what a history that was cut off left behind; ports, keys and secrets stay. To be called before the stack starts. */
export function clearHalfHistory(dataDir: string): void {
  if (!existsSync(begun(dataDir)) || existsSync(done(dataDir))) return
  for (const name of ['postgres', 'aws', 'checkpoints.ndjson', 'history-begun']) rmSync(path.join(dataDir, name), { recursive: true, force: true })
}

export const hasHistory = (dataDir: string): boolean => existsSync(done(dataDir))

/** The product's services in this process, with the stack's variables and no AWS settings of this shell. */
export async function openDemoServices(stack: Stack, clock: MovableClock): Promise<Services> {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
  for (const [name, value] of Object.entries(stack.environment)) if (name.startsWith('AWS_')) process.env[name] = value
  process.env.AWS_EC2_METADATA_DISABLED = 'true'
  // Its commits need not reach the disk one by one: a history that was cut off is made anew.
  const database = new URL(stack.environment.DATABASE_URL ?? '')
  database.searchParams.set('options', '-c synchronous_commit=off')
  const result = readConfig({ ...stack.environment, DATABASE_URL: database.href })
  if (!result.ok) throw new Error(result.problems.join(' '))
  return composeServices(result.config, () => clock.now())
}

export async function closeServices({ queue, db }: Services): Promise<void> {
  await queue.stop().catch(() => undefined)
  await db.$disconnect().catch(() => undefined)
}

export type HistorySetting = { stack: Stack; services: Services; clock: MovableClock; dataDir: string; onDay: (day: number) => void; onProblem: (error: unknown) => void; signal: AbortSignal }

/** Lets the past month happen, once for a data folder. */
export async function prepareHistory({ stack, dataDir, ...rest }: HistorySetting): Promise<void> {
  writeFileSync(begun(dataDir), new Date().toISOString())
  await runHistory({ ...rest, aws: stack.aws, days: 30 })
  writeFileSync(done(dataDir), new Date().toISOString())
}
