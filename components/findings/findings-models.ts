import type { Live } from '../live/live-store.ts'
import type { AccountRef, Action, FindingState, PersonRef, Severity } from '../models.ts'
import type { FilterOption } from '../ui/filter-field.tsx'
import type { PaginationModel } from '../ui/pagination.tsx'

export type FindingRow = {
  id: string
  severity: Severity
  state: FindingState
  title: string
  /** What happened, in a sentence. */
  what: string
  person: PersonRef | null
  account: AccountRef | null
  at: string
  rule: { name: string; href?: string }
  evidence: { label: string; value: string; mono?: boolean }[]
  /** The event as CloudTrail wrote it, shown as text. */
  raw: string | null
  request: { href: string; reason: string } | null
  /** Who looks into it. */
  assigned: { id: string; name: string; me: boolean } | null
  /** How it was closed or why it is suppressed, and what the portal did by itself: a sentence each. */
  notes: string[]
  /** Set when there is live access to cut off. */
  revocableGrantId: string | null
}

export type FindingGroupRow = { key: string; href: string; label: string; detail: string; severity: Severity; counts: string; at: string }
/** `value` is what the address says, `text` what people read. */
export type FilterChip = { label: string; value: string; text: string; removeHref: string }

export type TriageActions = {
  /** Reads `findingId`. */
  acknowledge: Action
  /** Reads `findingId`, `as` and `reason`. */
  close: Action
  /** Reads `findingId` and `personId`, which is empty for nobody. */
  assign: Action
  /** Reads `findingId`, `scope`, `days` and `reason`. */
  suppress: Action
  /** Reads `grantId` and `reason`. */
  revoke: Action
  /** Who may be given a finding. */
  responders: { id: string; name: string }[]
  myId: string
}

export type FindingsPageProps = {
  now: string
  filters: { state: string; severity: string; assigned: string; group: string; q: string }
  chips: FilterChip[]
  states: FilterOption[]
  severities: FilterOption[]
  groupings: FilterOption[]
  findings: FindingRow[]
  /** In place of the findings, where they are grouped. */
  groups: FindingGroupRow[] | null
  baseHref: string
  pagination: PaginationModel
  /** Absent for those who may only look. */
  triage: TriageActions | null
  live?: Live | null
}

export type SuppressionRow = { id: string; rule: string; covers: string; reason: string; by: string; hidden: number; createdAt: string; expiresAt: string; ended: string | null }
export type SuppressionsPageProps = { now: string; inForce: SuppressionRow[]; over: SuppressionRow[]; endAction: Action | null }
