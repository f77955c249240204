import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '#lib/config/clock.ts'
import type { Database } from './client.ts'
import { type BudgetLimits, takeToken } from './take-token.ts'

const tries = 20
const pauseMs = 100

/** Takes a token of the shared bucket `key`, waiting up to two seconds for one. `false` when there was none. */
export const waitForToken = (db: Database, key: string, limits: BudgetLimits, clock: Clock): Promise<boolean> => waitUntil(() => takeToken(db, key, limits, clock()))

/** Asks ten times a second for up to two seconds; whether it was so in the end. */
export async function waitUntil(isSo: () => Promise<boolean>): Promise<boolean> {
  for (let left = tries; left > 0; left -= 1) {
    if (await isSo()) return true
    await pause(pauseMs)
  }
  return false
}
