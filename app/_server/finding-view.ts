import 'server-only'
import type { FindingGroupRow, FindingRow } from '#components/findings/findings-models.ts'
import type { Severity } from '#components/models.ts'
import { detectorName } from '#lib/detection/detectors.ts'
import { readEvidence } from '#lib/detection/finding-evidence.ts'
import { type FindingGroup, type FindingGrouping, type ListedFinding, nameOf, readLeadEvents } from '#lib/detection/findings.queries.ts'
import { severities } from '#lib/detection/severity.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { getServices } from './services.ts'
import { accountRef, personRef } from './view-models.ts'

/** Enough to judge a call by; a record of CloudTrail can have a quarter of a megabyte. */
const rawLimit = 8_000

/** Findings as the page shows them, each with the event it began with. */
export async function findingRows(viewer: Viewer, findings: readonly ListedFinding[]): Promise<FindingRow[]> {
  const { db } = await getServices()
  const leads = findings.flatMap(({ accountId, evidence }) => {
    const { leadEventId } = readEvidence(evidence)
    return leadEventId ? [{ accountId, eventId: leadEventId }] : []
  })
  const bodies = await readLeadEvents(db, viewer, leads)
  return findings.map((finding) => rowOf(viewer, finding, bodies))
}

function rowOf(viewer: Viewer, finding: ListedFinding, bodies: ReadonlyMap<string, unknown>): FindingRow {
  const { grant } = finding
  const { items, leadEventId } = readEvidence(finding.evidence)
  const body = bodies.get(`${finding.accountId}/${leadEventId}`)
  const live = grant?.state === 'active' || grant?.state === 'activating'
  return {
    id: finding.id,
    severity: finding.severity as Severity,
    state: finding.state,
    title: finding.title,
    what: finding.summary,
    person: grant ? personRef(grant.person) : null,
    account: grant ? accountRef(grant.profile.account) : null,
    at: finding.lastEventAt.toISOString(),
    rule: ruleOf(finding.detector),
    evidence: [{ label: 'Events', value: String(finding.eventCount) }, ...items.map(({ label, value, mono }) => ({ label, value, ...(mono ? { mono } : {}) }))],
    raw: body === undefined ? null : cut(JSON.stringify(inOrder(body), null, 2)),
    request: grant ? { href: `/requests/${grant.requestId}`, reason: grant.request.justification } : null,
    assigned: finding.assignedTo ? { id: finding.assignedTo.id, name: finding.assignedTo.displayName, me: finding.assignedTo.id === viewer.personId } : null,
    notes: notesOf(finding),
    revocableGrantId: live ? grant.id : null,
  }
}

const sigma = 'sigma:'

function ruleOf(detector: string): FindingRow['rule'] {
  const name = detectorName(detector)
  return detector.startsWith(sigma) ? { name, href: `/findings/rules/${encodeURIComponent(detector.slice(sigma.length))}` } : { name }
}

const verdicts = { true_positive: 'a real problem', benign: 'real, and harmless', expected: 'expected', false_positive: 'not what the rule says' } as const
const contained = { wanted: 'It is critical: Latchkey is ending the access.', revoked: 'It is critical: Latchkey ended the access by itself, as the profile wants.', over: 'It is critical; the access was over already.' } as const

function notesOf({ state, closedAs, closedReason, triagedBy, suppression, containment }: ListedFinding): string[] {
  return [
    ...(containment ? [contained[containment]] : []),
    ...(state === 'closed' ? [`Closed${triagedBy ? ` by ${triagedBy.displayName}` : ''}${closedAs ? ` as ${verdicts[closedAs]}` : ''}: “${closedReason ?? ''}”`] : []),
    ...(state === 'suppressed' && suppression ? [`Suppressed until ${suppression.expiresAt.toISOString().slice(0, 16).replace('T', ' ')} UTC: “${suppression.reason}”`] : []),
  ]
}

/** The database keeps no order of keys; CloudTrail's own puts who, when and what first. */
const firstKeys = ['eventVersion', 'userIdentity', 'eventTime', 'eventSource', 'eventName', 'awsRegion', 'sourceIPAddress', 'userAgent', 'errorCode', 'errorMessage', 'requestParameters', 'responseElements']

function inOrder(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body
  const fields = body as Record<string, unknown>
  return Object.fromEntries([...new Set([...firstKeys, ...Object.keys(fields)])].filter((key) => key in fields).map((key) => [key, fields[key]]))
}

const cut = (text: string): string => (text.length > rawLimit ? `${text.slice(0, rawLimit)}\n… cut here: ${text.length} characters in all` : text)

const many = (count: number, word: string): string[] => (count > 0 ? [`${count.toLocaleString('en')} ${word}`] : [])

/** Groups as the page shows them, each leading to its findings. */
export function findingGroupRows(groups: readonly FindingGroup[], grouping: FindingGrouping, hrefOf: (narrowing: { [Key in FindingGrouping]?: string }) => string): FindingGroupRow[] {
  return groups.map(({ key, label, severityOrder, open, acknowledged, others, lastEventAt }) => ({
    key,
    href: hrefOf({ [grouping]: key }),
    label: grouping === 'person' && key === 'none' ? 'Nobody known' : grouping === 'rule' && !key.startsWith(sigma) ? detectorName(key) : label,
    detail: grouping === 'account' ? key : grouping === 'rule' && key.startsWith(sigma) ? detectorName(key) : '',
    severity: severities[severityOrder] ?? 'informational',
    counts: [...many(open, 'open'), ...many(acknowledged, 'acknowledged'), ...many(others, 'others')].join(', '),
    at: lastEventAt.toISOString(),
  }))
}

/** A rule by name: a Sigma rule's title where it is still there. */
export async function ruleName(detector: string): Promise<string> {
  if (!detector.startsWith(sigma)) return detectorName(detector)
  const { eventWatch } = await getServices()
  const id = detector.slice(sigma.length)
  return eventWatch.shelf.rules.find(({ about }) => about.id === id)?.about.title ?? id
}

/** What a filter that came with a link is about, in words; the value itself where nothing is known of it. */
export async function nameOfFilter(viewer: Viewer, kind: FindingGrouping | 'finding', value: string): Promise<string> {
  if (kind === 'rule') return ruleName(value)
  if (kind === 'finding') return 'one'
  if (value === 'none') return 'nobody known'
  const { db } = await getServices()
  return (await nameOf(db, viewer, kind, value)) ?? value
}
