import type { Live } from '../live/live-store.ts'
import type { AccountRef, Action, PersonRef, ProfileRef, Severity } from '../models.ts'
import type { TileModel } from '../ui/layout.tsx'

export type TimelineBar = {
  id: string
  person: PersonRef
  profile: ProfileRef
  startsAt: string
  endsAt: string
  state: 'scheduled' | 'active' | 'ended'
  href: string
}

export type SessionRow = {
  id: string
  grantId: string
  person: PersonRef
  account: AccountRef
  role: string
  reason: string
  endsAt: string
  lastActivityAt: string | null
  /** Events in equal slices, oldest first. */
  activity: number[]
  activityLabel: string
  href: string
  canRevoke: boolean
}

export type LatestFinding = { id: string; severity: Severity; title: string; person: string | null; at: string; href: string }

export type TrailFreshness = { account: AccountRef; lastEventAt: string | null; state: 'fresh' | 'late' | 'silent'; note: string }

/** How all accounts are recorded, in a line; and those to look at. */
export type TrailPanel = {
  headline: string
  state: 'calm' | 'soon' | 'bad' | 'unknown'
  /** "Validation off in sandbox", one each. */
  issues: string[]
  newestEventAt: string | null
  newestIsOld: boolean
  items: TrailFreshness[]
  more: number
  /** Where the detail is, for those who may see it. */
  healthHref: string | null
}

export type DashboardPageProps = {
  now: string
  /** Active now, ending in 15 min, open findings, outside the record. */
  tiles: TileModel[]
  window: { from: string; to: string }
  bars: TimelineBar[]
  /** Windows that are not among the bars. */
  moreBars: number
  sessions: SessionRow[]
  /** How many are inside in all, and where all of them are shown; null when they are. */
  inside: { count: number; allHref: string | null }
  expiring: { id: string; person: string; what: string; endsAt: string; href: string }[]
  findings: LatestFinding[]
  findingsHref: string
  trail: TrailPanel
  /** Reads `grantId` and `reason`. */
  revokeAction: Action
  live?: Live | null
}
