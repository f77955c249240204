import type { Action } from '../models.ts'

export type HealthState = 'working' | 'slow' | 'down' | 'unknown'

export type Dependency = {
  id: string
  name: string
  /** What stops when it does not work, in a sentence. */
  purpose: string
  state: HealthState
  lastSuccessAt: string | null
  /** "2 s", "14 min", "3 jobs waiting": what behind means for this one. */
  lag: string | null
  problem: string | null
  /** What to do, in words; and one button where the portal can do it itself. */
  mend: string | null
  mendAction?: { label: string; action: Action }
}

export type HealthPageProps = { now: string; version: string; groups: { title: string; dependencies: Dependency[] }[] }
