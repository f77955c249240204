import { type Answers, everybody, type Things } from './callers.ts'

export type RouteDoor = { form?: (things: Things) => Record<string, string>; path?: string; query?: Record<string, string>; own: Answers; foreign: Answers }
export type PageDoor = { params?: (things: Things) => Record<string, string>; query?: Record<string, string>; own: Answers; foreign: Answers }

const anyId = '00000000-0000-4000-8000-000000000000'
const both = (answers: Answers): { own: Answers; foreign: Answers } => ({ own: answers, foreign: answers })

/** A route says so with its status; a page sends people on to where they can change it. */
export const shutRoutes = { nobody: '401', outsider: '403' }
export const shutPages = { nobody: '/sign-in', outsider: '/no-access' }

/** Every route and method, with the status that each caller gets. `query`: the parameters it reads, as they may come. */
export const routeDoors: Record<string, RouteDoor> = {
  // The provider's way back, and nothing else of next-auth.
  'GET /api/auth/[...nextauth]': { path: '/api/auth/session', query: { state: 'x', code: 'x', error: 'access_denied', iss: 'x' }, ...both(everybody('404')) },
  'POST /api/console': { form: ({ grantId }) => ({ grantId }), own: { otherwise: '303', auditor: '409' }, foreign: '404' },
  'GET /api/health/live': both(everybody('200')),
  'GET /api/health/ready': both(everybody('200')),
  'GET /api/live': { query: { topics: 'grant,request' }, ...both('200') },
  // For a scraper with its token; a sign-in of the portal is none.
  'GET /api/metrics': both(everybody('401')),
  // Called by the provider's server, and believed for its token alone.
  'POST /api/oidc/backchannel-logout': { form: () => ({ logout_token: 'x.y.z' }), ...both(everybody('400')) },
  'GET /api/palette': both('200'),
  'GET /api/reports/[question]': { path: '/api/reports/access', query: { account: 'x', person: anyId, profile: 'sandbox-ci', environment: 'production', from: '2026-01-01', to: '2026-12-31', only: 'revoked', group: 'month', format: 'ndjson' }, ...both({ otherwise: '403', auditor: '200', admin: '200' }) },
  'GET /api/record/entries': { query: { q: 'a', kind: 'request', person: 'maya', from: '2026-01-01', to: '2026-12-31', format: 'ndjson' }, ...both({ otherwise: '403', auditor: '200', admin: '200' }) },
  'GET /api/evidence': { query: { request: anyId, from: '2026-01-01', to: '2026-01-31' }, ...both({ otherwise: '403', auditor: '404', admin: '404' }) },
  'GET /api/exports/[id]': { path: `/api/exports/${anyId}`, ...both('404') },
  'GET /api/record/file': both({ otherwise: '403', auditor: '200', admin: '200' }),
  'GET /api/record/key': both({ otherwise: '403', auditor: '200', admin: '200' }),
}

const watchers = { otherwise: '403', responder: '200', auditor: '200', admin: '200' }

/** Every page, with the status or the address that each caller gets. `query`: the parameters it reads, as they may come. */
export const pageDoors: Record<string, PageDoor> = {
  '/': both('200'),
  '/request': { query: { q: 'read', account: 'sandbox', environment: 'production', use: 'developer', profile: 'sandbox-ci' }, ...both('200') },
  '/approvals': { query: { selected: anyId }, ...both('200') },
  '/dashboard': { query: { inside: 'all' }, ...both(watchers) },
  '/findings': { query: { q: 'a', state: 'open', severity: 'low', after: `open~1~2026-01-01T00:00:00.000Z~${anyId}` }, ...both(watchers) },
  '/sessions': { query: { q: 'a', outside: 'yes', before: `2026-12-01T00:00:00.000Z~${anyId}` }, ...both(watchers) },
  '/sessions/[id]': { params: () => ({ id: anyId }), query: { show: 'denied', service: 'ec2.amazonaws.com', before: '2026-12-01T00:00:00.000Z~e' }, ...both('404') },
  '/findings/suppressions': { ...both(watchers) },
  '/findings/rules': { query: { q: 'root', state: 'on', origin: 'own' }, ...both(watchers) },
  '/findings/rules/[id]': { params: () => ({ id: 'add3112b-25b8-4309-93d4-d9aad01cb301' }), query: { days: '7' }, ...both(watchers) },
  '/record': { query: { q: 'a', kind: 'request', person: 'maya', from: '2026-01-01', to: '2026-12-31', entry: anyId, after: `2026-12-01T00:00:00.000Z_${anyId}` }, ...both({ otherwise: '403', auditor: '200', admin: '200' }) },
  '/reviews': both('200'),
  '/reviews/[id]': { params: () => ({ id: anyId }), query: { show: 'all', after: '1' }, ...both('404') },
  '/reports': both(watchers),
  '/reports/exports': both(watchers),
  '/reports/[question]': { params: () => ({ question: 'access' }), query: { account: 'x', person: anyId, profile: 'sandbox-ci', environment: 'production', from: '2026-01-01', to: '2026-12-31', only: 'revoked', group: 'month', after: `2026-12-01T00:00:00.000Z~${anyId}` }, ...both({ otherwise: '403', auditor: '200', admin: '200' }) },
  '/health': both({ otherwise: '403', admin: '200' }),
  '/approvals/delegations': both('200'),
  '/people': { query: { q: 'a', after: `${anyId}~A` }, ...both(watchers) },
  '/people/[id]': { params: ({ personId }) => ({ id: personId }), ...both(watchers) },
  '/people/privacy': both({ otherwise: '403', auditor: '200', admin: '200' }),
  '/people/import': both({ otherwise: '403', admin: '200' }),
  '/catalogue': { query: { q: 'read', state: 'offered', after: '301122334455~payments-prod-read' }, ...both({ otherwise: '403', admin: '200' }) },
  '/catalogue/[id]': { params: ({ profile }) => ({ id: profile }), query: { who: 'maya', minutes: '60', start: '2026-12-01T10:00', ticket: 'OPS-1', emergency: 'on' }, ...both({ otherwise: '403', admin: '200' }) },
  '/catalogue/[id]/edit': { params: ({ profile }) => ({ id: profile }), ...both({ otherwise: '403', admin: '200' }) },
  '/catalogue/import': both({ otherwise: '403', admin: '200' }),
  '/catalogue/new': { query: { account: 'sandbox', role: 'latchkey/tool', minutes: '60', permissionSet: 'ReadOnly' }, ...both({ otherwise: '403', admin: '200' }) },
  '/catalogue/changes': both({ otherwise: '403', admin: '200' }),
  '/notifications': { query: { after: `2026-12-01T00:00:00.000Z~${anyId}` }, ...both('200') },
  '/notifications/preferences': both('200'),
  '/requests/[id]': { params: ({ requestId }) => ({ id: requestId }), query: { before: `2026-12-01T00:00:00.000Z_${anyId}` }, own: '200', foreign: { otherwise: '200', requester: '404' } },
  '/grants/[id]/credentials': { params: ({ grantId }) => ({ id: grantId }), own: '200', foreign: '404' },
  // Without an action that asks for it, it leads to the start.
  '/confirm': { query: { action: 'reveal', profile: 'payments-prod-admin', returnTo: '/request', problem: 'unreachable' }, ...both('/') },
  '/first-admin': both({ otherwise: '404', outsider: '404' }),
  '/sign-in': { query: { why: 'signed_out', error: 'OAuthCallback', returnTo: '/request', callbackUrl: 'http://localhost/request' }, ...both({ otherwise: '/', nobody: '200', outsider: '/' }) },
  '/signed-out': both(everybody('200')),
  '/no-access': both({ otherwise: '/', outsider: '200' }),
}

/** The path of a door with parameters put in. */
export function pathOf(door: string, params: Record<string, string> = {}): string {
  return door.replace(/^[A-Z]+ /, '').replace(/\[(?:\.\.\.)?(\w+)\]/g, (_, name: string) => params[name] ?? 'x')
}
