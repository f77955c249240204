import type { FilterOption } from '../ui/filter-field.tsx'
import type { Live } from '../live/live-store.ts'
import type { Action } from '../models.ts'
import type { PaginationModel } from '../ui/pagination.tsx'

/** `committed`: written, not chained yet. `sealed`: in the chain. `anchored`: covered by a signed checkpoint outside. */
export type ChainState = 'committed' | 'sealed' | 'anchored'

export type RecordRow = {
  id: string
  sequence: number | null
  at: string
  kind: string
  /** One sentence: who did what to what. */
  sentence: string
  person: string | null
  chain: ChainState
  href: string
}

export type RecordEntryDetail = RecordRow & {
  /** The canonical bytes, shown as text. */
  body: string
  hash: string | null
  previousHash: string | null
  sealedAt: string | null
  anchor: { at: string; checkpoint: string } | null
  about: { label: string; href: string }[]
}

export type VerificationModel = {
  /** `entries` held so far. */
  running: { since: string; entries: number; of: number } | null
  latest: { state: 'held' | 'broken' | 'failed'; at: string; sentence: string } | null
  /** When it held last, where the latest did not. */
  lastHeldAt: string | null
  verify: Action
  keyId: string
  /** Where checkpoints lie beside the file, and up to which entry. */
  places: { entry: string; reference: string; at: string }[]
}

export type RecordPageProps = {
  now: string
  filters: { q: string; kind: string; person: string; from: string; to: string }
  kinds: FilterOption[]
  /** null where there are too many to choose from: then a name is typed. */
  people: FilterOption[] | null
  rows: RecordRow[]
  selected: RecordEntryDetail | null
  baseHref: string
  /** The address of the list without the entry. */
  closeHref: string
  pagination: PaginationModel
  chain: { state: 'whole' | 'behind' | 'broken'; sentence: string; at: string }
  /** What is filtered, as files. */
  files: { format: 'csv' | 'ndjson'; href: string }[]
  verification: VerificationModel
  live: Live
}
