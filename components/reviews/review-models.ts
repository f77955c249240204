import type { Action } from '../models.ts'
import type { FilterOption } from '../ui/filter-field.tsx'
import type { PaginationModel } from '../ui/pagination.tsx'
import type { ChoosePeople } from '../ui/person-field.tsx'

export type ReviewAbout = 'access' | 'approvers' | 'standing'
export type ReviewRow = { id: string; href: string; title: string; about: ReviewAbout; state: 'open' | 'signed' | 'cancelled'; openedBy: string; dueAt: string; overdue: boolean; lines: number; undecided: number; mine: number }
export type ReviewsPageProps = { now: string; reviews: ReviewRow[]; open: { action: Action; profiles: FilterOption[]; accounts: FilterOption[]; groups: string[]; choose: ChoosePeople } | null }

export type ReviewLineModel = {
  id: string
  /** A person, or what stands in AWS; and what of theirs it is about. */
  who: { name: string; href: string | null; detail: string }
  what: { title: string; detail: string }
  reviewer: string
  lastUsedAt: string | null
  /** How often, in words: "3 grants". */
  uses: string
  findings: number
  /** Why keeping it needs words. */
  cause: string | null
  decision: { verdict: 'keep' | 'remove'; by: string; at: string; reason: string | null } | null
  /** Of what has to go from AWS: when it was gone, null while it is there. */
  gone: { at: string | null } | null
  giveBack: { action: Action; fields: Record<string, string> } | null
  /** Whether the viewer may decide it. */
  mine: boolean
  /** Whether the viewer may give it to another reviewer. */
  movable: boolean
}

export type ReviewPageProps = {
  now: string
  review: ReviewRow
  lines: ReviewLineModel[]
  filters: { key: string; label: string; href: string; chosen: boolean }[]
  pagination: PaginationModel
  settle: Action | null
  reassign: { action: Action; choose: ChoosePeople } | null
  close: Action | null
  /** Its lines as a report, for those who may take it away. */
  reportHref: string | null
}
