import type { Live } from '../live/live-store.ts'
import type { Action, ProfileRef } from '../models.ts'
import type { PaginationModel } from '../ui/pagination.tsx'
import type { NarrowedModel } from '../request/request-models.ts'

export type ProfileState = 'offered' | 'pilot' | 'withdrawn'
export type CatalogueRow = { profile: ProfileRef; href: string; state: ProfileState; waiting: boolean; asks: string; policy: string[] }
export type CataloguePageProps = { filters: { q: string; state: string }; rows: CatalogueRow[]; waitingCount: number; pagination: PaginationModel; live: Live }

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
export type ChangesPageProps = { now: string; waiting: ChangeModel[]; settled: ChangeModel[]; decide: Action; live: Live }

export type DryRunModel = {
  values: { who: string; minutes: string; start: string; ticket: string; emergency: boolean }
  /** People to choose from when the name fits several. */
  people: { name: string; href: string }[]
  answer: { person: string; groups: string; kind: 'automatic' | 'asked' | 'refused'; sentences: string[]; rules: { name: string; applies: boolean; why: string }[] } | null
  problem: string | null
}
export type ShadowModel = { rules: RuleSentence[]; agree: number; differing: { href: string; code: string; real: string; shadow: string }[] }

/** A smaller scope that everybody's use suggests. */
export type SuggestionModel = {
  /** Over how many days it is learned. */
  choices: { label: string; href: string; chosen: boolean }[]
  /** Who held grants of it in the last 90 days. */
  people: number
  whole: boolean
  /** Null where nothing narrower comes of it. `policy` is YAML for the catalogue's file. */
  suggested: (Omit<NarrowedModel, 'sentence'> & { before: number; after: number; denied: { action: string; calls: number; lastAt: string }[] }) | null
}

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
  /** Null where the profile issues no credentials. */
  suggestion: SuggestionModel | null
  shadow: ShadowModel | null
  changes: ChangeModel[]
  editHref: string
  /** Fields: profileId, baseHash, offered (yes or no). */
  offer: { action: Action; profileId: string; baseHash: string; offered: boolean; consequences: string }
  decide: Action
}

export type StepModel = { name?: string; deciders: { groups: string[]; people: string[]; manager: boolean; owners: boolean }; quorum: number; escalation?: { afterMinutes: number; groups: string[] } | undefined }
export type WhenModel = {
  requesterGroups?: string[] | undefined
  maxDurationMinutes?: number | undefined
  minDurationMinutes?: number | undefined
  maxRisk?: string | undefined
  minRisk?: string | undefined
  environments?: string[] | undefined
  hours?: { zone: string; from: string; to: string; weekdays: string[] } | undefined
  ticket?: string | undefined
  breakGlass?: boolean | undefined
}
export type RuleModel = { name: string; when: WhenModel; automatic?: true | undefined; steps?: StepModel[] | undefined }

/** A profile as it is edited; what has no field of its own here is edited as YAML and carried along. */
export type EditorModel = {
  id: string
  title: string
  description: string
  account: string
  riskTier: string
  limits: { maxDurationMinutes: number; leaseMinutes: number }
  request: { groups: string[]; ticket: string; justificationMinLength: number }
  approval: { approvers: string[] } | { rules: RuleModel[]; shadow?: RuleModel[] | undefined }
  pilot?: { groups: string[] } | undefined
  breakGlass?: { groups: string[]; maxDurationMinutes: number; reviewWithinHours: number; reviewers: string[] } | undefined
  revokeOnCriticalFinding?: boolean | undefined
}

/** `json` is the model as text: an action is a public address, and text is all that has to be expected there. */
export type DraftQuestion = { profileId: string | null; draft: { yaml: string } | { json: string } }
export type DraftProblem = { line: number; field: string; message: string }
export type DraftAnswer = {
  ok: true
  yaml: string
  /** Null while the YAML has mistakes. */
  model: EditorModel | null
  problems: DraftProblem[]
  terms: string[]
  rules: RuleSentence[]
  warnings: string[]
  /** Null while there are mistakes; without sentences when nothing changed. */
  plan: { widenings: string[]; others: string[]; impact: string[] } | null
}

export type EditorPageProps = {
  profileId: string | null
  title: string
  back: { href: string; label: string }
  baseHash: string
  first: DraftAnswer & { model: EditorModel }
  accounts: string[]
  check: (question: DraftQuestion) => Promise<DraftAnswer | { ok: false; code: string; message: string }>
  /** Fields: profileId, baseHash, yaml, reason. */
  save: Action
}

/** What AWS has and the catalogue lacks. `fields` of the add action: `account`, once for each that was chosen. */
export type ImportPageProps = {
  accounts: { id: string; name: string; environment: ProfileRef['account']['environment']; path: string }[]
  roles: { account: string; role: string; description: string; href: string }[]
  permissionSets: { name: string; description: string; href: string }[]
  vanished: string[]
  problems: string[]
  add: Action
}
