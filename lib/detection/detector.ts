import type { GrantScope } from './detectors/outside-scope.ts'
import type { Severity } from './severity.ts'
import type { SourceNetwork } from './source-network.ts'

/** An event of the grant, as detectors read it; `body` only where a detector asks for it by the event's name. */
export type DetectorEvent = {
  eventId: string
  eventTime: Date
  eventSource: string
  eventName: string
  sourceIp: string | null
  errorCode: string | null
  readOnly: boolean
  sessionId: string | null
  body?: unknown
}

/** With where it happened: in the grant's account, or in that of a role taken on from there. */
export type GrantEvent = DetectorEvent & { accountId: string }

export type GrantFacts = {
  person: string
  account: string
  accountId: string
  endsAt: Date | null
  endReason: 'expired' | 'relinquished' | 'revoked' | null
  credentialsDeadAt: Date | null
  /** Null where the grant allows all that its role does, or the portal mints nothing. */
  scope: GrantScope | null
  roleArn: string
  /** Roles that the profile lets its holder take on from there. */
  onwardRoles: readonly string[]
  /** The networks its credentials were taken from; null where that is not known of all of them. */
  takenFrom: readonly SourceNetwork[] | null
  /** Which role each of its sessions is of: those of other roles were taken on from there. */
  sessionRoles: ReadonlyMap<string, string>
}

export type EvidenceItem = { label: string; value: string; mono?: boolean }

export type FindingDraft = {
  /** What it is about within the grant: a session, a resource, or nothing. One open finding each. */
  subject: string
  severity: Severity
  title: string
  /** Who, what, when: one or two sentences. */
  summary: string
  events: readonly DetectorEvent[]
  items: readonly EvidenceItem[]
  /** What was learned, so that closing the finding settles it (a network already known, for example). */
  facts?: readonly string[]
}

/** Events oldest first, without those of findings that a person closed; `known` holds the facts of those. */
export type DetectorInput = { events: readonly GrantEvent[]; grant: GrantFacts; known: ReadonlySet<string> }

/** A rule of the product's own: pure. */
export type Detector = { id: string; name: string; detect(input: DetectorInput): FindingDraft[] }

export const stamp = (date: Date): string => `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** "StopInstances (8), GetRole": names by frequency, at most `most`. */
export function tally(names: readonly string[], most = 4): string {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  const ordered = [...counts].sort(([, a], [, b]) => b - a)
  const shown = ordered.slice(0, most).map(([name, count]) => (count > 1 ? `${name} (${count})` : name))
  return ordered.length > most ? `${shown.join(', ')} and ${ordered.length - most} more` : shown.join(', ')
}

export const calls = (count: number): string => (count === 1 ? '1 call' : `${count} calls`)
