import type { Action } from '../models.ts'
import type { FilterOption } from '../ui/filter-field.tsx'
import type { PaginationModel } from '../ui/pagination.tsx'
import type { ChoosePeople } from '../ui/person-field.tsx'

export type ReviewRow = { id: string; href: string; title: string; state: 'open' | 'signed' | 'cancelled'; openedBy: string; dueAt: string; overdue: boolean; lines: number; undecided: number; mine: number }
export type ReviewsPageProps = { now: string; reviews: ReviewRow[]; open: { action: Action; profiles: FilterOption[]; choose: ChoosePeople } | null }

export type ReviewLineModel = {
  id: string
  person: { name: string; href: string | null }
  profile: { title: string; account: string; riskTier: string }
  groups: string[]
  reviewer: string
  lastUsedAt: string | null
  grants: number
  findings: number
  /** Why keeping it needs words. */
  cause: string | null
  decision: { verdict: 'keep' | 'remove'; by: string; at: string; reason: string | null } | null
  giveBack: { action: Action; personId: string; profileId: string } | null
  /** Whether the viewer may decide it. */
  mine: boolean
}

export type ReviewPageProps = {
  now: string
  review: ReviewRow
  lines: ReviewLineModel[]
  filters: { key: string; label: string; href: string; chosen: boolean }[]
  pagination: PaginationModel
  settle: Action | null
  close: Action | null
}
