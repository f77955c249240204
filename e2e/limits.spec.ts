import { type IncomingHttpHeaders, request as httpRequest } from 'node:http'
import { query } from './database.ts'
import { noteSecret } from './facts.ts'
import { expect, expectAccessibleEverywhere, test } from './fixtures.ts'
import { type Credentials, openGrant } from './journeys.ts'
import { type Replica, startReplica } from './replica.ts'
import { callAction, codeOf, cookieHeader } from './server-actions.ts'

let replica: Replica
test.beforeAll(async () => {
  replica = await startReplica({ LIMIT_SIGN_INS_PER_MINUTE: '2', LIMIT_REQUESTS_PER_MINUTE: '2', LIMIT_DECISIONS_PER_MINUTE: '2', LIMIT_REVEALS_PER_MINUTE: '2', TRUSTED_PROXIES: '0' })
})
test.afterAll(() => replica.remove())
test.beforeEach(() => query(`DELETE FROM rate_budget WHERE key LIKE 'limit/%'`))

test('credentials, requests and decisions are limited a person and minute, by every replica together, and say when to try again', async ({ as }) => {
  const [maya, tom, ana] = [await as('Maya Chen'), await as('Tom Becker'), await as('Ana Kovac')]
  const { grantId } = await openGrant(maya, ana, 'sandbox-builder')
  await query(`DELETE FROM rate_budget WHERE key LIKE 'limit/%'`)
  const baseUrl = replica.url
  for (let call = 0; call < 2; call += 1) {
    const { lease } = (await callAction(maya, 'revealAction', { fields: { grantId }, baseUrl })).value as { lease: Credentials }
    noteSecret(lease.secretAccessKey, lease.sessionToken)
  }
  const third = await callAction(maya, 'revealAction', { fields: { grantId }, baseUrl })
  expect(third.value).toMatchObject({ ok: false, code: 'too_many', message: expect.stringContaining('2 times within a minute'), mend: expect.stringContaining('Wait a minute') })
  // In the tab that the console was to open in, it is a page with the way back.
  await maya.goto(`${baseUrl}/grants/${grantId}/credentials`)
  const [tab] = await Promise.all([maya.waitForEvent('popup'), maya.getByRole('button', { name: 'Open the AWS console' }).click()])
  await expect(tab.getByRole('heading', { level: 1 })).toContainText('2 times within a minute')
  await expectAccessibleEverywhere(tab)
  await tab.getByRole('link', { name: 'Back to the credentials' }).click()
  await expect(tab.getByRole('button', { name: 'Reveal credentials' })).toBeVisible()
  const link = await fetch(`${baseUrl}/api/console`, { method: 'POST', redirect: 'manual', headers: { cookie: await cookieHeader(maya), origin: baseUrl, 'content-type': 'application/x-www-form-urlencoded' }, body: `grantId=${grantId}` })
  expect(link.status).toBe(429)
  // Somebody else is not held back by it.
  expect(codeOf(await callAction(tom, 'revealAction', { fields: { grantId }, baseUrl }))).toBe('not_found')

  const ask = () => callAction(tom, 'createRequestAction', { fields: { profile: 'payments-prod-operate', minutes: '60', justification: 'A reason that is long enough for it.', ticket: 'OPS-1' }, baseUrl })
  const codes = [await ask(), await ask(), await ask()].map((answer) => (answer.value as { refusal?: { code: string } }).refusal?.code)
  expect(codes).toEqual(['not_eligible', 'not_eligible', 'too_many'])
  const decide = () => callAction(tom, 'decideRequestAction', { bound: [{ roleDigest: null, definitionHash: null }], fields: { requestId: crypto.randomUUID(), decision: 'approve', reason: '' }, baseUrl })
  expect([codeOf(await decide()), codeOf(await decide()), codeOf(await decide())]).toEqual(['not_found', 'not_found', 'too_many'])
})

test('sign-ins are limited by address, which a forged header does not change, and the address is not kept', async () => {
  const start = (forged: string) => callAction(null, 'signInAction', { args: ['$K1'], fields: {}, headers: { 'x-forwarded-for': forged, 'x-latchkey-peer': forged }, baseUrl: replica.url })
  const went: (string | null)[] = []
  for (const forged of ['203.0.113.1', '203.0.113.2', '203.0.113.3']) went.push((await start(forged)).redirect)
  expect(went.map((where) => /error=TooMany/.test(where ?? ''))).toEqual([false, false, true])
  const kept = await query<{ key: string }>(`SELECT key FROM rate_budget WHERE key LIKE 'limit/signIns/%'`)
  expect(kept).toHaveLength(1)
  expect(kept[0]?.key).not.toMatch(/127\.0\.0\.1|::1|203\.0\.113/)
})

type Answer = { status: number; headers: IncomingHttpHeaders; body: string }

/** What a browser would not send: any Host, any header, a path as it is written. */
function raw(method: string, path: string, headers: Record<string, string>): Promise<Answer> {
  const { port } = new URL(replica.url)
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port, method, path, headers, setHost: false }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    sent.on('error', reject)
    sent.end()
  })
}

test('a foreign Host is refused on every kind of address, and never comes back in a link, a redirect or a header', async () => {
  const evil = 'evil.example'
  const { host } = new URL(replica.url)
  for (const path of ['/', '/sign-in', '/api/auth/callback/oidc?code=1&state=2', '/api/auth/error', '/api/live', '/_next/image?url=%2Ficon.svg&w=64&q=75']) {
    const sent: Record<string, string>[] = [{ host: evil }, { host: `${host}.${evil}` }, { host, 'x-forwarded-host': evil }]
    for (const headers of sent) {
      const answer = await raw('GET', path, headers)
      expect(answer.status, `${path} ${JSON.stringify(headers)}`).toBe(421)
      expect(JSON.stringify([answer.headers, answer.body])).not.toContain(evil)
    }
  }
  for (const forwarded of ['x-forwarded-proto', 'x-original-url', 'x-rewrite-url', 'forwarded', 'x-forwarded-port', 'x-middleware-subrequest', 'x-invoke-path']) {
    const answer = await raw('GET', '/sign-in', { host, [forwarded]: evil })
    expect(JSON.stringify([answer.headers, answer.body]), forwarded).not.toContain(evil)
  }
  expect((await raw('GET', '/api/health/ready', { host: '10.0.0.5' })).status).toBe(200)
})

test('what is put into an address splits no answer, opens no other site and is kept in no cache', async () => {
  const { host } = new URL(replica.url)
  const targets = ['//evil.example', '/\\evil.example', 'https://evil.example', '/%0d%0aSet-Cookie:%20a=b', '/%5cevil.example', 'javascript:alert(1)', '/..//evil.example', '%2F%2Fevil.example']
  for (const target of targets) {
    for (const path of [`/sign-in?returnTo=${encodeURIComponent(target)}`, `/sign-in?callbackUrl=${target}`, `/requests/${encodeURIComponent(target)}`, `/${target}`]) {
      const answer = await raw('GET', path, { host })
      expect(answer.status, path).toBeLessThan(500)
      expect(answer.headers['set-cookie'] ?? [], path).not.toContain('a=b')
      const location = answer.headers.location ?? '/'
      expect(new URL(location, replica.url).host, `${path} -> ${location}`).toBe(host)
      expect(answer.headers['cache-control'] ?? 'no-store', path).toMatch(/no-store|private/)
    }
  }
})
