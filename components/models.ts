/** What pages are told about the world. Plain, serialisable, composed by `app` from what the rooms return. */

export type Environment = 'production' | 'staging' | 'development' | 'sandbox'
export type RiskTier = 'low' | 'medium' | 'high' | 'critical'
export type Severity = 'informational' | 'low' | 'medium' | 'high' | 'critical'
export type RequestState = 'pending' | 'approved' | 'denied' | 'cancelled' | 'lapsed'
export type GrantState = 'scheduled' | 'activating' | 'active' | 'ending' | 'ended' | 'failed'
export type EndedAs = 'expired' | 'relinquished' | 'revoked'
export type FindingState = 'open' | 'acknowledged' | 'closed' | 'suppressed'

export type PersonRef = { name: string; email?: string }
export type AccountRef = { id: string; name: string; environment: Environment }
export type ProfileRef = { slug: string; name: string; account: AccountRef; riskTier: RiskTier }

/** Sentences are composed on the server: components never guess what a policy means. */
export type PermissionLine = {
  service: string
  levels: string[]
  sentence: string
  dangerous: boolean
  why?: string
}
export type PermissionPreviewModel = {
  lines: PermissionLine[]
  policies: { name: string; kind: 'managed' | 'inline' | 'boundary' | 'session'; arn?: string }[]
  /** When the policies were read from the account; null when AWS could not be asked. */
  readAt: string | null
  drift: { message: string; mend?: string } | null
  /** Who uses it and how, where that is not the person who asks. */
  entry?: string
}

export type TimelineKind = 'asked' | 'approved' | 'denied' | 'active' | 'lease' | 'event' | 'finding' | 'ended' | 'waiting' | 'failed'
export type TimelineEntry = {
  id: string
  kind: TimelineKind
  title: string
  at: string | null
  by?: string
  /** Text of a person, shown as text. */
  quote?: string
  detail?: string
}

/** What every action answers; `null` before the first time. */
export type ActionState = null | { ok: true; message: string } | { ok: false; code: string; message: string; mend?: string; confirmHref?: string }
export type Action<State = ActionState> = (previous: State, form: FormData) => Promise<State>
