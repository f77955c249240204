import type { Action } from '../models.ts'

export type HealthState = 'working' | 'slow' | 'down' | 'unknown'

export type Dependency = {
  id: string
  name: string
  /** What stops when it does not work, in a sentence. */
  purpose: string
  state: HealthState
  /** The state in a word of its own, "Not recording"; else the usual one. */
  word?: string
  lastSuccessAt: string | null
  /** "2 s", "14 min", "3 jobs waiting": what behind means for this one. */
  lag: string | null
  problem: string | null
  /** What to do, in words; and one button where the portal can do it itself. */
  mend: string | null
  mendAction?: { label: string; action: Action }
  facts?: Fact[]
}

/** "Read 1,204 events", or a moment: "Last file 3 min ago". */
export type Fact = { label: string; text?: string; at?: string; bad?: boolean }

/** What of CloudTrail's files and messages could not be read: how much, and the latest of it. */
export type UnreadModel = { count: number; latest: { id: string; source: string; file: string; position: string; reason: string; seenAt: string }[] }

export type HealthPageProps = { now: string; version: string; groups: { title: string; dependencies: Dependency[]; unread?: UnreadModel }[] }
