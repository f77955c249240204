import type { Action } from '../models.ts'
import type { FilterOption } from '../ui/filter-field.tsx'
import type { PaginationModel } from '../ui/pagination.tsx'

export type ReportCell = { value: string | number | null; href: string | null }
export type ReportColumnModel = { key: string; label: string; kind: 'text' | 'time' | 'number' | 'code' }
export type ReportFilterValues = { account: string; person: string; profile: string; environment: string; review: string; from: string; to: string; only: string; group: string }

export type ReportPageProps = {
  now: string
  question: { id: string; title: string; lead: string }
  filters: ReportFilterValues
  /** The filters that this question knows. */
  shows: string[]
  choices: { account: FilterOption[]; profile: FilterOption[]; person: FilterOption[]; /** More than a list can hold: only whoever is chosen is in it. */ manyPeople: boolean; environment: FilterOption[]; review: FilterOption[] }
  /** What has to be chosen before there is an answer. */
  missing: string | null
  figures: { key: string; label: string; value: string; href: string | null; chosen: boolean }[]
  groups: { options: { key: string; label: string; href: string; chosen: boolean }[]; label: string | null; bars: { key: string; name: string; count: number; href: string | null }[] }
  columns: ReportColumnModel[]
  rows: { id: string; cells: ReportCell[] }[]
  pagination: PaginationModel
  files: { format: 'csv' | 'ndjson' | 'pdf'; href: string }[]
  query: string
  saveView: Action
  /** Makes the answer as a file in the background. Reads `question`, `query`, `format`. */
  prepare: Action
}

export type ReportsPageProps = {
  topics: { topic: string; questions: { href: string; title: string; lead: string }[] }[]
  views: { id: string; name: string; href: string; title: string; shared: boolean; own: boolean; owner: string }[]
  deleteView: Action
}
