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
  closedReason: string | null
  /** Set when there is live access to cut off. */
  revocableGrantId: string | null
}

export type FindingsPageProps = {
  now: string
  filters: { state: string; severity: string; q: string }
  states: FilterOption[]
  severities: FilterOption[]
  findings: FindingRow[]
  baseHref: string
  pagination: PaginationModel
  /** Absent for those who may only look. */
  triage: {
    /** Reads `findingId`. */
    acknowledge: Action
    /** Reads `findingId` and `reason`. */
    close: Action
    /** Reads `grantId` and `reason`. */
    revoke: Action
  } | null
  live?: Live | null
}
