import { minutes } from '#lib/config/clock.ts'
import type { FreshnessRow } from '#lib/trail/sessions.queries.ts'

/** How far an account's history is read, of the worst of its Regions. `none`: nobody is watched there. */
export type Reading = { state: 'none' | 'fresh' | 'late' | 'silent'; note: string; problem: string | null; lag: string | null }

/** A place is asked at least once a minute, a far one every ten: three without an answer are worth saying. */
const lateMs = { near: minutes(3), far: minutes(30) }
const silentMs = { near: minutes(15), far: minutes(60) }
const worse = { none: 0, fresh: 0, late: 1, silent: 2 } as const

export function readingOf(rows: readonly FreshnessRow[], now: Date): Reading {
  // Of those that do as well the nearest in time speaks: a far Region is asked less often and means no lag.
  const [worst] = rows.toSorted((a, b) => worse[stateOf(b, now)] - worse[stateOf(a, now)] || Number(a.far) - Number(b.far))
  if (!worst) return { state: 'none', note: 'Nobody is watched there now', problem: null, lag: null }
  const state = stateOf(worst, now)
  const quietMs = worst.lastSuccessAt && now.getTime() - worst.lastSuccessAt.getTime()
  return {
    state,
    note: quietMs === null ? `${worst.region}: not asked yet` : `Asked ${ago(quietMs)} ago; AWS is some 5 min late`,
    problem: worst.problem ? `${worst.region}: ${worst.problem}` : null,
    lag: state === 'fresh' || quietMs === null ? null : ago(quietMs),
  }
}

function stateOf({ lastSuccessAt, problem, far }: FreshnessRow, now: Date): 'fresh' | 'late' | 'silent' {
  const place = far ? 'far' : 'near'
  const quietMs = lastSuccessAt && now.getTime() - lastSuccessAt.getTime()
  if (problem) return quietMs !== null && quietMs < silentMs[place] ? 'late' : 'silent'
  // A far Region waits for its first turn.
  if (quietMs === null) return far ? 'fresh' : 'late'
  return quietMs < lateMs[place] ? 'fresh' : quietMs < silentMs[place] ? 'late' : 'silent'
}

function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}
