import 'server-only'
import type { MinuteOfCalls, SessionAccount, SessionListRow, SessionPageProps } from '#components/sessions/sessions-models.ts'
import type { Environment, Severity } from '#components/models.ts'
import type { Finding } from '#lib/db/generated/client.ts'
import type { ListedSession, SessionEvent, SessionUse, ViewedSession } from '#lib/trail/session.queries.ts'
import { approvedAccess } from '#lib/grants/approved-access.ts'
import { prefixesOf } from '#lib/trail/learned/event-sources.ts'
import { callRow } from './activity-view.ts'
import { accountRef, personRef } from './view-models.ts'

const clientWords: Record<string, string> = { console: 'console', cli: 'CLI', sdk: 'SDK', service: 'an AWS service', other: 'something else' }
const clientsOf = (clients: readonly string[] | null): string[] => (clients ?? []).map((client) => clientWords[client] ?? client)
const roleName = (roleArn: string): string => roleArn.split(':role/')[1] ?? (roleArn || 'unknown role')
/** The part of `AROA…:name` that somebody chose. */
const sessionName = (principalId: string): string => principalId.split(':')[1] ?? principalId

export const sessionListRow = (session: ListedSession): SessionListRow => ({
  id: session.id,
  href: `/sessions/${session.id}`,
  person: session.personName,
  session: sessionName(session.principalId),
  account: session.accountName === null ? { id: session.accountId, name: null, environment: null } : { id: session.accountId, name: session.accountName, environment: session.environment as Environment },
  role: roleName(session.roleArn),
  clients: clientsOf(session.clients),
  lastAt: session.lastEventAt.toISOString(),
  counts: { calls: session.eventCount, changes: session.changeCount, denied: session.deniedCount },
})

type Facts = Pick<SessionPageProps, 'title' | 'account' | 'role' | 'person' | 'ground' | 'principal' | 'startedAt' | 'lastAt' | 'clients' | 'counts'>

/** Who, where, on what grounds. */
export function sessionFacts(session: ViewedSession, now: Date): Facts {
  const { grant } = session
  const role = roleName(session.roleArn)
  const account: SessionAccount = grant ? accountRef(grant.profile.account) : { id: session.accountId, name: null, environment: null }
  return {
    title: grant ? `${grant.person.displayName} as ${role}` : `${sessionName(session.principalId)} as ${role}`,
    account,
    role,
    person: grant && personRef(grant.person),
    ground: grant && {
      href: `/requests/${grant.requestId}`,
      reason: grant.request.justification,
      approvers: approversOf(grant.request.decisions),
      endsAt: grant.endsAt?.toISOString() ?? null,
      ended: grant.endsAt !== null && grant.endsAt <= now,
    },
    principal: session.principalId,
    startedAt: session.sessionStartedAt.toISOString(),
    lastAt: session.lastEventAt.toISOString(),
    clients: clientsOf(session.clients),
    counts: { calls: session.eventCount, changes: session.changeCount, denied: session.deniedCount },
  }
}

function approversOf(decisions: readonly { person: { displayName: string } }[]): string {
  const names = [...new Set(decisions.map(({ person }) => person.displayName))]
  return names.length === 0 ? 'Approved by the policy' : `Approved by ${names.join(' and ')}`
}

const serviceName = (eventSource: string): string => eventSource.replace(/\.amazonaws\.com$/, '')

export function sessionUse({ grant }: ViewedSession, use: SessionUse, hrefOf: (service: string) => string): Pick<SessionPageProps, 'services' | 'networks' | 'resources' | 'keys' | 'regions' | 'allowed'> {
  return {
    services: use.services.map(({ eventSource, names, lastAt, ...counts }) => ({ ...counts, name: serviceName(eventSource), eventSource, href: hrefOf(eventSource), lastAt: lastAt.toISOString(), calls: names.join(', ') })),
    networks: use.networks.map(({ sourceIp, userAgents, events, firstAt, lastAt }) => ({ address: sourceIp, agents: userAgents, calls: events, firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString() })),
    resources: use.resources.map(({ resource, events }) => ({ arn: resource, calls: events })),
    keys: use.keys,
    regions: use.regions,
    allowed: grant && allowedOf(grant, use),
  }
}

/** Services that the scope approved with the grant names, against those that were used; null where it names all. */
function allowedOf(grant: { access: unknown }, use: SessionUse): SessionPageProps['allowed'] {
  const access = approvedAccess(grant)
  const actions = access.kind === 'identity_center' ? [] : access.scope.flatMap((statement) => statement.actions)
  const allowed = [...new Set(actions.map((action) => action.split(':')[0]?.toLowerCase() ?? ''))]
  if (allowed.length === 0 || allowed.includes('*')) return null
  const used = new Set(use.services.flatMap(({ eventSource }) => prefixesOf(eventSource)))
  const unused = allowed.filter((service) => !used.has(service))
  return { sentence: `${allowed.length - unused.length} of ${allowed.length} allowed services used`, unused }
}

export const sessionFindings = (findings: readonly Finding[]): SessionPageProps['findings'] =>
  findings.map(({ id, title, severity, lastEventAt }) => ({ id, href: `/findings?finding=${id}`, title, severity: severity as Severity, at: lastEventAt.toISOString() }))

/** Calls come newest first; those of one minute stay together. */
export function sessionMinutes(events: readonly SessionEvent[]): MinuteOfCalls[] {
  const minutes = Map.groupBy(events, ({ eventTime }) => eventTime.toISOString().slice(0, 16))
  return [...minutes].map(([minute, calls]) => ({ minute, calls: calls.map(callRow) }))
}
