import { randomUUID } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { one, query } from './database.ts'
import { noteSecret, stackFacts } from './facts.ts'
import { expect, type PersonaName, test } from './fixtures.ts'
import { openGrant, seenDigest, sendRequest } from './journeys.ts'
import { builtActions, callAction, codeOf, cookieHeader, postAction, type Sender } from './server-actions.ts'

/** Everybody who is not the requester: one of each portal role, one approver of other profiles, one without groups, and nobody. */
const others = ['Tom Becker', 'Ana Kovac', 'Nina Roth', 'Rosa Diaz', 'Amir Haddad', 'Lena Fischer', 'Olga Petrov', 'nobody'] as const
type Other = (typeof others)[number]
type Codes = Record<Other, string>
type Ids = { grantId: string; requestId: string; findingId: string; digest: string | null }
type Call = Parameters<typeof callAction>[2]

const outside = { 'Olga Petrov': 'no_access', nobody: 'signed_out' } as const
const everybody = (code: string): Codes => ({ 'Tom Becker': code, 'Ana Kovac': code, 'Nina Roth': code, 'Rosa Diaz': code, 'Amir Haddad': code, 'Lena Fischer': code, ...outside })
const notFound = everybody('not_found')

/**
 * Every server action, with what each of them gets who calls it past the user interface on Maya's grant, request and
 * finding. A code that is no refusal ("may") is a right that the product gives.
 */
const actionTable: Record<string, { call: (ids: Ids) => Call; codes: Codes }> = {
  revealAction: { call: ({ grantId }) => ({ fields: { grantId } }), codes: notFound },
  // Ending is for the holder, a responder (Rosa) and an admin (Lena); from those two it wants a reason first.
  endGrantAction: { call: ({ grantId }) => ({ fields: { grantId } }), codes: { ...notFound, 'Rosa Diaz': 'note_missing', 'Lena Fischer': 'note_missing' } },
  revokeGrantAction: { call: ({ grantId }) => ({ fields: { grantId, reason: '' } }), codes: { ...notFound, 'Rosa Diaz': 'note_missing', 'Lena Fischer': 'note_missing' } },
  retryActivationAction: { call: ({ grantId }) => ({ fields: { grantId } }), codes: { ...notFound, 'Rosa Diaz': 'not_failed', 'Lena Fischer': 'not_failed' } },
  cancelRequestAction: { call: ({ requestId }) => ({ fields: { requestId } }), codes: notFound },
  // Sandbox, build: decided by platform-leads (Ana) or data-leads; Ana's reason is missing, everybody else is not entitled.
  decideRequestAction: {
    call: ({ requestId, digest }) => ({ bound: [{ roleDigest: digest, definitionHash: null }], fields: { requestId, decision: 'deny', reason: '' } }),
    codes: { ...everybody('not_entitled'), 'Ana Kovac': 'reason_missing' },
  },
  // Payments, operate: for members of payments only, whatever the role.
  createRequestAction: {
    call: () => ({ fields: { profile: 'payments-prod-operate', minutes: '60', justification: 'A reason that is long enough for it.', ticket: 'OPS-1' } }),
    codes: everybody('not_eligible'),
  },
  requestAnswerAction: { call: () => ({ args: [{ profile: 'payments-prod-operate', minutes: 60 }] }), codes: { ...everybody('refused'), 'Olga Petrov': 'refused', nobody: 'refused' } },
  acknowledgeFindingAction: {
    call: ({ findingId }) => ({ fields: { findingId } }),
    codes: { ...notFound, 'Amir Haddad': 'not_allowed', 'Rosa Diaz': 'may', 'Lena Fischer': 'already' },
  },
  closeFindingAction: {
    call: ({ findingId }) => ({ fields: { findingId, reason: '' } }),
    codes: { ...notFound, 'Amir Haddad': 'not_allowed', 'Rosa Diaz': 'reason_missing', 'Lena Fischer': 'reason_missing' },
  },
  // Open to everybody: one leads to the identity provider, the other ends at most the caller's own sign-in. Proven in sign-in.spec.ts.
  signInAction: { call: () => ({ fields: {} }), codes: { ...everybody('redirect'), 'Olga Petrov': 'redirect', nobody: 'redirect' } },
  confirmAction: {
    // It leads to the provider or nowhere; what comes back is checked against the caller's own sign-in. This profile asks for nothing.
    call: ({ grantId }) => ({ fields: { action: 'reveal', profile: 'payments-prod-read', returnTo: `/grants/${grantId}/credentials` } }),
    codes: { ...everybody('redirect'), 'Olga Petrov': 'redirect', nobody: 'redirect' },
  },
  // No code is configured, and Lena was an admin by group before.
  claimFirstAdminAction: { call: () => ({ fields: { code: 'x'.repeat(40) } }), codes: { ...everybody('not_open'), 'Olga Petrov': 'not_open' } },
  signOutAction: { call: () => ({ args: [] }), codes: { ...everybody('redirect'), 'Olga Petrov': 'redirect', nobody: 'redirect' } },
}

const exported = (pattern: string, find: RegExp): string[] => globSync(pattern).flatMap((file) => [...readFileSync(file, 'utf8').matchAll(find)].map((match) => match[1] ?? ''))

test('every server action of the source and of the build has a row in the table of refusals', () => {
  const inSource = exported('app/_actions/*.actions.ts', /export async function (\w+)/g)
  expect(inSource.length).toBeGreaterThan(8)
  expect(Object.keys(actionTable).toSorted()).toEqual(inSource.toSorted())
  expect([...builtActions().keys()].toSorted()).toEqual(inSource.toSorted())
})

test("on another person's grant, request and finding, every server action refuses every portal role that must not, and changes nothing", async ({ as }) => {
  test.setTimeout(120_000)
  const maya = await as('Maya Chen')
  const ids = await mayasThings(await as('Ana Kovac'), maya)
  const states = async (): Promise<unknown> => [
    await query(`SELECT state, version, "mintingStoppedAt" FROM "grant" WHERE id = $1`, [ids.grantId]),
    await query(`SELECT state, version FROM request WHERE id = $1`, [ids.requestId]),
    await query(`SELECT count(*) FROM lease WHERE "grantId" = $1`, [ids.grantId]),
    await query(`SELECT count(*) FROM request`),
    await query(`SELECT count(*) FROM decision`),
  ]
  const before = await states()
  for (const who of others) {
    const sender = who === 'nobody' ? null : await as(who)
    for (const [name, { call, codes }] of Object.entries(actionTable)) {
      // Signing out is each caller's right and would end the sign-ins that other journeys share.
      if (name === 'signOutAction' && sender) continue
      const answer = await callAction(sender, name, call(ids))
      expect.soft(`${who} ${name} ${answer.status < 400} ${outcomeOf(answer)}`).toBe(`${who} ${name} true ${codes[who]}`)
    }
  }
  expect(await states()).toEqual(before)
})

function outcomeOf(answer: Awaited<ReturnType<typeof callAction>>): string {
  const value = answer.value as { ok?: boolean; kind?: string; code?: string; refusal?: { code: string } } | undefined
  if (answer.redirect) return 'redirect'
  return value?.refusal?.code ?? value?.kind ?? value?.code ?? (value?.ok ? 'may' : 'nothing')
}

async function mayasThings(ana: Sender, maya: Sender): Promise<Ids> {
  if (!ana || !maya) throw new Error('Both are people.')
  const { grantId } = await openGrant(maya, ana, 'payments-prod-read')
  const requestId = await sendRequest(maya, 'sandbox-builder')
  await ana.request.get(`/approvals?selected=${requestId}`)
  const findingId = randomUUID()
  await query(
    `INSERT INTO finding (id, "dedupeKey", detector, severity, "severityOrder", title, summary, "accountId", "grantId", "firstEventAt", "lastEventAt", "eventCount", evidence, "createdAt", "updatedAt")
     VALUES ($1, $2, 'e2e', 'low', 1, 'A finding for the refusals', 'Made by a test', '301122334455', $3, now(), now(), 1, '[]', now(), now())`,
    [findingId, findingId, grantId],
  )
  return { grantId, requestId, findingId, digest: await seenDigest(requestId) }
}

test('ids that do not exist or are no ids are answered as not found, never by an error', async ({ as }) => {
  const sender = await as('Lena Fischer')
  const strange = [randomUUID(), '', 'null', "' OR 1=1 --", '../../etc/passwd', '💥'.repeat(2_000), '\u0000']
  for (const id of strange) {
    for (const name of ['revealAction', 'endGrantAction', 'revokeGrantAction', 'retryActivationAction']) {
      expect.soft(codeOf(await callAction(sender, name, { fields: { grantId: id, reason: 'because' } })), `${name} ${id.slice(0, 20)}`).toBe('not_found')
    }
    expect.soft(codeOf(await callAction(sender, 'cancelRequestAction', { fields: { requestId: id } })), id.slice(0, 20)).toBe('not_found')
    expect.soft(['not_found', 'invalid_input']).toContain(codeOf(await callAction(sender, 'decideRequestAction', { bound: [{ roleDigest: null, definitionHash: null }], fields: { requestId: id, decision: 'approve' } })))
    expect.soft(['not_found', 'invalid']).toContain(codeOf(await callAction(sender, 'closeFindingAction', { fields: { findingId: id, reason: 'because' } })))
    const page = await sender.request.get(`/requests/${encodeURIComponent(id.slice(0, 100) || 'x')}`)
    expect.soft([404, 400], `page ${id.slice(0, 20)}`).toContain(page.status())
  }
})

test('arguments that are no form, or none at all, are refused by every server action without an error', async ({ as }) => {
  const sender = await as('Tom Becker')
  for (const [name] of Object.entries(actionTable)) {
    if (name.startsWith('sign') || name === 'confirmAction') continue
    for (const args of [[], [null], [null, 'text'], [null, { grantId: randomUUID() }], [7, 7, 7, 7]]) {
      const answer = await callAction(sender, name, { args })
      expect.soft(answer.status, `${name} ${JSON.stringify(args)}`).toBe(200)
      expect.soft(outcomeOf(answer), `${name} ${JSON.stringify(args)}`).toMatch(/not_found|invalid|refused|not_offered/)
    }
  }
})

test('a server action is not run for a page of another origin, or with a body that cannot be read', async ({ as }) => {
  const [maya, ana] = [await as('Maya Chen'), await as('Ana Kovac')]
  const { grantId } = await openGrant(maya, ana, 'payments-prod-read')
  const action = builtActions().get('endGrantAction')
  if (!action) throw new Error('endGrantAction is not built')
  for (const origin of ['https://evil.example', 'null', `${stackFacts().baseUrl}.evil.example`]) {
    const answer = await callAction(maya, 'endGrantAction', { fields: { grantId }, headers: { Origin: origin } })
    expect.soft(answer.status, origin).toBeGreaterThanOrEqual(400)
  }
  for (const [type, body] of [['text/plain', 'garbage'], ['text/plain', '["$K1"'], ['multipart/form-data; boundary=x', 'no boundary'], ['application/json', '{}'], ['application/x-www-form-urlencoded', `grantId=${grantId}`]] as const) {
    const answer = await postAction(maya, action, body, { 'Content-Type': type })
    expect.soft((answer.value as { ok?: boolean } | undefined)?.ok, `${type} ${body}`).not.toBe(true)
  }
  const answer = await postAction(maya, { ...action, id: '00'.repeat(21) }, '[]', {})
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect((await one(`SELECT state::text FROM "grant" WHERE id = $1`, [grantId])).state).toBe('active')
  // The same call from the portal itself works, so the refusals above are not for another reason.
  expect((await callAction(maya, 'endGrantAction', { fields: { grantId } })).value).toMatchObject({ ok: true })
})

type RouteCase = { who: Other | 'Maya Chen'; headers?: Record<string, string>; body?: (ids: Pick<Ids, 'grantId'>) => BodyInit; status: number; text?: RegExp }
const own = (): Record<string, string> => ({ Origin: stackFacts().baseUrl })
const grantForm = ({ grantId }: Pick<Ids, 'grantId'>): URLSearchParams => new URLSearchParams({ grantId })
const refusedHolder = (['Tom Becker', 'Ana Kovac', 'Nina Roth', 'Rosa Diaz', 'Amir Haddad', 'Lena Fischer'] as const).map((who): RouteCase => ({ who, headers: own(), body: grantForm, status: 404 }))

/** Every route and method, with what it answers to those who must not. A route that is not here fails a test. */
const routeTable = (): Record<string, RouteCase[]> => ({
  'GET /api/auth/[...nextauth]': [
    // Only the way back from the provider is served; nothing begins or ends here.
    { who: 'nobody', status: 404, text: /^$/ },
    { who: 'Tom Becker', headers: own(), status: 404, text: /^$/ },
  ],
  'POST /api/console': [
    { who: 'nobody', headers: own(), body: grantForm, status: 401 },
    { who: 'Olga Petrov', headers: own(), body: grantForm, status: 403 },
    ...refusedHolder,
    { who: 'Maya Chen', body: grantForm, status: 403 },
    { who: 'Maya Chen', headers: { Origin: 'https://evil.example' }, body: grantForm, status: 403 },
    { who: 'Maya Chen', headers: { Origin: 'null' }, body: grantForm, status: 403 },
    { who: 'Maya Chen', headers: own(), body: () => 'garbage', status: 400 },
    { who: 'Maya Chen', headers: { ...own(), 'Content-Type': 'multipart/form-data; boundary=x' }, body: () => 'not multipart', status: 400 },
    { who: 'Maya Chen', headers: own(), body: () => new URLSearchParams({ grantId: 'x' }), status: 400 },
  ],
  'GET /api/health/live': [{ who: 'nobody', status: 200, text: /^\{"status":"live"\}$/ }],
  'GET /api/health/ready': [{ who: 'nobody', status: 200, text: /^\{"status":"ready"\}$/ }],
  'GET /api/live': [
    { who: 'nobody', status: 401, text: /signed_out/ },
    { who: 'Olga Petrov', status: 403, text: /no_access/ },
  ],
  'GET /api/metrics': [
    // For a scraper with its token; a sign-in of the portal is none. What it reads is in metrics.spec.ts.
    { who: 'nobody', status: 401, text: /^$/ },
    { who: 'Lena Fischer', headers: own(), status: 401, text: /^$/ },
    { who: 'nobody', headers: { Authorization: 'Bearer ' }, status: 401, text: /^$/ },
    { who: 'nobody', headers: { Authorization: `Bearer ${stackFacts().environment.METRICS_TOKEN}x` }, status: 401, text: /^$/ },
    { who: 'nobody', headers: { Authorization: `Basic ${stackFacts().environment.METRICS_TOKEN}` }, status: 401, text: /^$/ },
  ],
  'POST /api/oidc/backchannel-logout': [
    { who: 'nobody', body: () => '', status: 400 },
    { who: 'nobody', body: () => new URLSearchParams({ logout_token: 'x.y.z' }), status: 400 },
    { who: 'Lena Fischer', headers: own(), body: () => new URLSearchParams({ logout_token: '' }), status: 400 },
  ],
  'GET /api/palette': [
    { who: 'nobody', status: 401, text: /signed_out/ },
    { who: 'Olga Petrov', status: 403, text: /no_access/ },
  ],
})

function routesOfSource(): { methods: string[]; path: string }[] {
  return globSync('app/api/**/route.ts').map((file) => {
    const source = readFileSync(file, 'utf8')
    const methods = [...source.matchAll(/export (?:async )?function (GET|POST|PUT|PATCH|DELETE)\b|\bas (GET|POST|PUT|PATCH|DELETE)\b/g)].map((match) => match[1] ?? match[2] ?? '')
    return { methods, path: file.replace(/^app/, '').replace(/\/route\.ts$/, '') }
  })
}

test('every route and method of the source has a row in the table of refusals', () => {
  const inSource = routesOfSource().flatMap(({ methods, path }) => methods.map((method) => `${method} ${path}`))
  expect(Object.keys(routeTable()).toSorted()).toEqual(inSource.toSorted())
})

test('every route refuses who must not with the right status, wrong origins and bodies that cannot be read, and no method it does not have', async ({ as }) => {
  const [maya, ana] = [await as('Maya Chen'), await as('Ana Kovac')]
  const ids = await openGrant(maya, ana, 'payments-prod-read')
  const { baseUrl } = stackFacts()
  const leases = async (): Promise<unknown> => query(`SELECT count(*) FROM lease WHERE "grantId" = $1`, [ids.grantId])
  const before = await leases()
  const senders = new Map<RouteCase['who'], Sender>([['nobody', null], ['Maya Chen', maya], ['Ana Kovac', ana]])
  for (const who of others) if (!senders.has(who) && who !== 'nobody') senders.set(who, await as(who))
  for (const [route, cases] of Object.entries(routeTable())) {
    const [method = 'GET', path = '/'] = route.replace('[...nextauth]', 'signout').split(' ')
    for (const { who, headers = {}, body, status, text } of cases) {
      const sender = senders.get(who) ?? null
      const answer = await fetch(`${baseUrl}${path}`, { method, redirect: 'manual', headers: { Cookie: await cookieHeader(sender), ...headers }, ...(body ? { body: body(ids) } : {}) })
      const said = await answer.text()
      expect.soft(answer.status, `${route} by ${who}: ${said.slice(0, 200)}`).toBe(status)
      if (text) expect.soft(said, `${route} by ${who}`).toMatch(text)
      if (!path.startsWith('/api/auth')) expect.soft(answer.headers.get('cache-control'), route).toContain('no-store')
    }
  }
  expect(await leases()).toEqual(before)
  for (const { methods, path } of routesOfSource()) {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((name) => !methods.includes(name))) {
      const answer = await fetch(`${baseUrl}${path.replace('[...nextauth]', 'session')}`, { method, headers: { Cookie: await cookieHeader(maya), ...own() } })
      expect.soft(answer.status, `${method} ${path}`).toBe(405)
    }
  }
  // Whoever was refused is still signed in.
  expect((await senders.get('Tom Becker')?.request.get('/api/palette'))?.status()).toBe(200)
  noteSecret(stackFacts().environment.OIDC_CLIENT_SECRET ?? '', stackFacts().environment.LATCHKEY_SECRET ?? '')
})

const requesters: PersonaName[] = ['Maya Chen', 'Tom Becker', 'Ana Kovac', 'Nina Roth', 'Rosa Diaz', 'Amir Haddad', 'Lena Fischer']
const watchers: PersonaName[] = ['Rosa Diaz', 'Amir Haddad', 'Lena Fischer']
const inside = 'in'

/** Every page and who gets it; for everybody else who is signed in it is 403, or 404 where even its existence is nobody's business. */
const pageTable: Record<string, { open: PersonaName[]; otherwise: 403 | 404 } | 'public'> = {
  '/': { open: requesters, otherwise: 403 },
  '/request': { open: requesters, otherwise: 403 },
  '/approvals': { open: requesters, otherwise: 403 },
  '/dashboard': { open: watchers, otherwise: 403 },
  '/findings': { open: watchers, otherwise: 403 },
  '/record': { open: ['Amir Haddad', 'Lena Fischer'], otherwise: 403 },
  '/health': { open: ['Lena Fischer'], otherwise: 403 },
  '/requests/[id]': { open: ['Maya Chen', 'Ana Kovac', ...watchers], otherwise: 404 },
  '/grants/[id]/credentials': { open: ['Maya Chen'], otherwise: 404 },
  // Without an action that asks for it, it leads back to where it came from.
  '/confirm': 'public',
  '/first-admin': 'public',
  '/sign-in': 'public',
  '/signed-out': 'public',
  '/no-access': 'public',
}

test('every page answers each portal role with the right status, sends strangers to sign in and people without groups to whom to ask', async ({ as }) => {
  test.setTimeout(120_000)
  const inSource = globSync('app/**/page.tsx').map((file) => file.replace(/^app/, '').replace(/\/page\.tsx$/, '').replace(/\/\([^)]*\)/g, '') || '/')
  expect(Object.keys(pageTable).toSorted()).toEqual(inSource.toSorted())
  const { requestId, grantId } = await openGrant(await as('Maya Chen'), await as('Ana Kovac'), 'payments-prod-read')
  const { baseUrl } = stackFacts()
  const visit = async (sender: Sender, path: string): Promise<string> => {
    const answer = await fetch(`${baseUrl}${path}`, { redirect: 'manual', headers: { Cookie: await cookieHeader(sender) } })
    await answer.text()
    return answer.status === 307 ? new URL(answer.headers.get('location') ?? '', baseUrl).pathname : answer.status === 200 ? inside : String(answer.status)
  }
  const senders = new Map<PersonaName, Sender>()
  for (const who of [...requesters, 'Olga Petrov' as const]) senders.set(who, await as(who))
  for (const [page, access] of Object.entries(pageTable)) {
    if (access === 'public') continue
    const path = page.replace('/requests/[id]', `/requests/${requestId}`).replace('/grants/[id]', `/grants/${grantId}`)
    expect.soft(`nobody ${page} ${await visit(null, path)}`).toBe(`nobody ${page} /sign-in`)
    expect.soft(`Olga ${page} ${await visit(senders.get('Olga Petrov') ?? null, path)}`).toBe(`Olga ${page} /no-access`)
    for (const who of requesters) {
      expect.soft(`${who} ${page} ${await visit(senders.get(who) ?? null, path)}`).toBe(`${who} ${page} ${access.open.includes(who) ? inside : access.otherwise}`)
    }
  }
})
