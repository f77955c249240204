import type { Action, ProfileRef } from '../models.ts'
import type { PaginationModel } from '../ui/pagination.tsx'

export type ProfileState = 'offered' | 'pilot' | 'withdrawn'
export type CatalogueRow = { profile: ProfileRef; href: string; state: ProfileState; waiting: boolean; asks: string; policy: string[] }
export type CataloguePageProps = { filters: { q: string; state: string }; rows: CatalogueRow[]; waitingCount: number; pagination: PaginationModel }

export type RuleSentence = { name: string; sentence: string }

/** A change with what it does; `fields` of the decide action: changeId, verdict (approve, reject, withdraw), reason. */
export type ChangeModel = {
  id: string
  code: string
  what: string
  href: string | null
  by: string
  at: string
  state: 'proposed' | 'applied' | 'rejected' | 'withdrawn' | 'superseded'
  decidedBy: string | null
  decidedAt: string | null
  reason: string | null
  decisionReason: string | null
  widenings: string[]
  others: string[]
  impact: string[]
  /** YAML, null where it was not offered. */
  before: string | null
  after: string | null
  own: boolean
}
export type ChangesPageProps = { now: string; waiting: ChangeModel[]; settled: ChangeModel[]; decide: Action }

export type DryRunModel = {
  values: { who: string; minutes: string; start: string; ticket: string; emergency: boolean }
  /** People to choose from when the name fits several. */
  people: { name: string; href: string }[]
  answer: { person: string; groups: string; kind: 'automatic' | 'asked' | 'refused'; sentences: string[]; rules: { name: string; applies: boolean; why: string }[] } | null
  problem: string | null
}
export type ShadowModel = { rules: RuleSentence[]; agree: number; differing: { href: string; code: string; real: string; shadow: string }[] }

export type CatalogueDetailProps = {
  now: string
  profile: ProfileRef
  description: string
  state: ProfileState
  terms: string[]
  rules: RuleSentence[]
  facts: { label: string; value: string; mono?: boolean }[]
  couldGet: { groups: string[]; count: number; names: string[] }
  dryRun: DryRunModel
  shadow: ShadowModel | null
  changes: ChangeModel[]
  editHref: string
  /** Fields: profileId, baseHash, offered (yes or no). */
  offer: { action: Action; profileId: string; baseHash: string; offered: boolean; consequences: string }
  decide: Action
}
