import 'server-only'
import type { FindingRow } from '#components/findings/findings-models.ts'
import type { Severity } from '#components/models.ts'
import { detectorName } from '#lib/detection/detectors.ts'
import { readEvidence } from '#lib/detection/finding-evidence.ts'
import { type ListedFinding, readLeadEvents } from '#lib/detection/findings.queries.ts'
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
  return findings.map((finding) => rowOf(finding, bodies))
}

function rowOf(finding: ListedFinding, bodies: ReadonlyMap<string, unknown>): FindingRow {
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
    rule: { name: detectorName(finding.detector) },
    evidence: [{ label: 'Events', value: String(finding.eventCount) }, ...items.map(({ label, value, mono }) => ({ label, value, ...(mono ? { mono } : {}) }))],
    raw: body === undefined ? null : cut(JSON.stringify(body, null, 2)),
    request: grant ? { href: `/requests/${grant.requestId}`, reason: grant.request.justification } : null,
    closedReason: finding.closedReason,
    revocableGrantId: live ? grant.id : null,
  }
}

const cut = (text: string): string => (text.length > rawLimit ? `${text.slice(0, rawLimit)}\n… cut here: ${text.length} characters in all` : text)
