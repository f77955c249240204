import type { AccountTrails } from './trail-health.queries.ts'
import { bestTrail, type TrailFault } from './judge-trails.ts'

/** How one account is recorded: `unknown` before AWS answered for the first time. */
export type AccountVerdict = { state: 'recording' | 'not_recording' | 'unknown'; faults: TrailFault[]; oneRegion: boolean; unvalidated: boolean }

/** What the trails of an account add up to. It is recorded when one trail is logging and delivers. */
export function judgeAccount({ readAt, trails }: Pick<AccountTrails, 'readAt' | 'trails'>, now: Date): AccountVerdict {
  if (!readAt) return { state: 'unknown', faults: [], oneRegion: false, unvalidated: false }
  const best = bestTrail(trails, now)
  if (!best) return { state: 'not_recording', faults: [{ code: 'not_logging', serious: true, what: 'No trail records it.', mend: 'Apply the trail template: npm run aws:template -- trail.' }], oneRegion: false, unvalidated: false }
  const { faults } = best
  const has = (code: TrailFault['code']): boolean => faults.some((fault) => fault.code === code)
  const recording = !has('not_logging') && !has('delivery_failed')
  return { state: recording ? 'recording' : 'not_recording', faults, oneRegion: recording && has('one_region'), unvalidated: recording && has('not_validated') }
}

export type TrailSummary = { accounts: number; recording: number; notRecording: string[]; oneRegion: string[]; unvalidated: string[]; unknown: string[] }

/** All accounts at a glance; the lists are names of accounts. */
export function summariseTrails(rows: readonly AccountTrails[], now: Date): TrailSummary {
  const judged = rows.map((row) => ({ name: row.accountName, verdict: judgeAccount(row, now) }))
  const names = (is: (verdict: AccountVerdict) => boolean): string[] => judged.flatMap(({ name, verdict }) => (is(verdict) ? [name] : []))
  return {
    accounts: rows.length,
    recording: judged.filter(({ verdict }) => verdict.state === 'recording').length,
    notRecording: names(({ state }) => state === 'not_recording'),
    oneRegion: names(({ oneRegion }) => oneRegion),
    unvalidated: names(({ unvalidated }) => unvalidated),
    unknown: names(({ state }) => state === 'unknown'),
  }
}
