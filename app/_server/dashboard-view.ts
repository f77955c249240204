import 'server-only'
import type { DashboardPageProps, LatestFinding, SessionRow, TimelineBar } from '#components/dashboard/dashboard-models.ts'
import type { Environment, Severity } from '#components/models.ts'
import type { TileModel } from '#components/ui/layout.tsx'
import type { ListedFinding } from '#lib/detection/findings.queries.ts'
import type { GrantCounts, ListedGrant } from '#lib/grants/grants.queries.ts'
import type { InsideRow } from '#lib/trail/sessions.queries.ts'
import { iso, personRef, profileRef } from './view-models.ts'

const requestHref = (requestId: string): string => `/requests/${requestId}`
const some = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`

export function tilesOf({ active, endingSoon, stillLive }: GrantCounts, openFindings: number, outside: number): TileModel[] {
  return [
    { href: '/dashboard#windows', label: 'Active now', value: active },
    { href: '/dashboard#expiring', label: 'Ending within 15 min', value: endingSoon, tone: endingSoon > 0 ? 'soon' : 'calm' },
    { href: '/dashboard#inside', label: 'Ended early, still usable', value: stillLive, note: stillLive > 0 ? 'Issued credentials are not dead yet' : '', tone: stillLive > 0 ? 'soon' : 'calm' },
    { href: '/findings?state=open', label: 'Open findings', value: openFindings, tone: openFindings > 0 ? 'bad' : 'calm' },
    { href: '/sessions?outside=yes', label: 'Outside the record, 7 days', value: outside, note: outside > 0 ? 'Managed roles used without a grant' : '', tone: outside > 0 ? 'bad' : 'calm' },
  ]
}

export function barOf(grant: ListedGrant): TimelineBar {
  const state = grant.state === 'active' ? 'active' : grant.state === 'activating' || grant.state === 'scheduled' ? 'scheduled' : 'ended'
  return {
    id: grant.id,
    person: personRef(grant.person),
    profile: profileRef(grant.profile),
    startsAt: (grant.activatedAt ?? grant.opensAt).toISOString(),
    endsAt: (grant.endsAt ?? grant.opensAt).toISOString(),
    state,
    href: requestHref(grant.requestId),
  }
}

export function sessionRow(row: InsideRow, mayRevoke: boolean, hours: number): SessionRow {
  const shown = row.activity.reduce((sum, count) => sum + count, 0)
  return {
    id: row.grantId,
    grantId: row.grantId,
    person: personRef({ displayName: row.personName, email: row.personEmail }),
    account: { id: row.accountId, name: row.accountName, environment: row.environment as Environment },
    role: row.roleArn.split(':role/')[1] ?? row.roleArn,
    reason: row.justification,
    // After an early end, what is left is the life of credentials already issued.
    endsAt: (row.state === 'ending' && row.credentialsDeadAt ? row.credentialsDeadAt : row.endsAt).toISOString(),
    lastActivityAt: iso(row.lastEventAt),
    activity: row.activity,
    activityLabel: `${some(shown, 'call')} in the last ${hours} hours; in all ${some(row.eventCount, 'call')}, ${some(row.changeCount, 'change')}, ${row.deniedCount} denied`,
    href: row.sessionId ? `/sessions/${row.sessionId}` : requestHref(row.requestId),
    canRevoke: mayRevoke && row.state === 'active',
  }
}

/** As many as can be told apart at a glance; the open ones come first. */
export const mostBars = 25
export const mostInside = 25

export function expiringOf(grants: readonly ListedGrant[], most = 6): DashboardPageProps['expiring'] {
  return grants
    .filter((grant) => grant.state === 'active')
    .slice(0, most)
    .map((grant) => ({ id: grant.id, person: grant.person.displayName, what: grant.profile.title, endsAt: (grant.endsAt ?? grant.opensAt).toISOString(), href: requestHref(grant.requestId) }))
}

export const latestFinding = (finding: ListedFinding): LatestFinding => ({
  id: finding.id,
  severity: finding.severity as Severity,
  title: finding.title,
  person: finding.grant?.person.displayName ?? null,
  at: finding.lastEventAt.toISOString(),
  href: `/findings?finding=${finding.id}`,
})
