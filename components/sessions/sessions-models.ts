import type { LeftBehindModel } from './left-behind-model.ts'
import type { Live } from '../live/live-store.ts'
import type { AccountRef, Action, PersonRef, Severity } from '../models.ts'
import type { CallRow } from '../request-detail/request-detail-models.ts'

/** `account` is without environment where the catalogue does not know it. */
export type SessionAccount = AccountRef | { id: string; name: null; environment: null }

export type SessionListRow = {
  id: string
  href: string
  /** Null: outside the record. */
  person: string | null
  session: string
  account: SessionAccount
  role: string
  clients: string[]
  lastAt: string
  counts: { calls: number; changes: number; denied: number }
}

export type SessionsPageProps = {
  now: string
  filters: { q: string; outside: string }
  sessions: SessionListRow[]
  baseHref: string
  pagination: { newerHref: string | null; olderHref: string | null }
  live: Live | null
}

export type MinuteOfCalls = { minute: string; calls: CallRow[] }

export type SessionPageProps = {
  now: string
  back: { href: string; label: string }
  title: string
  account: SessionAccount
  role: string
  person: PersonRef | null
  /** What the session was for; null outside the record. */
  ground: { href: string; reason: string; approvers: string; endsAt: string | null; ended: boolean } | null
  principal: string
  startedAt: string
  lastAt: string
  clients: string[]
  keys: string[]
  regions: string[]
  counts: { calls: number; changes: number; denied: number }
  services: { name: string; eventSource: string; href: string; reads: number; changes: number; denied: number; lastAt: string; calls: string }[]
  networks: { address: string; agents: string[]; calls: number; firstAt: string; lastAt: string }[]
  resources: { arn: string; calls: number }[]
  /** Null outside the record. */
  leftBehind: LeftBehindModel | null
  allowed: { sentence: string; unused: string[] } | null
  findings: { id: string; href: string; title: string; severity: Severity; at: string }[]
  minutes: MinuteOfCalls[]
  filters: { show: string; service: string }
  baseHref: string
  pagination: { newerHref: string | null; olderHref: string | null }
  /** Null for those who may not, or when there is nothing to revoke. */
  revoke: { grantId: string; action: Action } | null
  live: Live | null
}
