import { randomUUID } from 'node:crypto'
import { builtActions } from '#lib/local/doors/inventory.ts'
import { brokenPage } from '#lib/local/torture/judge.ts'
import { one, query } from './database.ts'
import { noteSecret, stackFacts } from './facts.ts'
import { expect, test } from './fixtures.ts'
import { openGrant } from './journeys.ts'
import { callAction, codeOf, cookieHeader, postAction } from './server-actions.ts'

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

test('a text that no database holds, and a time that no calendar has, are answered like any other that leads nowhere', async ({ as }) => {
  const [maya, ana, lena] = [await as('Maya Chen'), await as('Ana Kovac'), await as('Lena Fischer')]
  const { requestId } = await openGrant(maya, ana, 'payments-prod-read')
  const id = randomUUID()
  const addresses = ['/confirm?action=reveal&profile=%00&returnTo=/', '/request?profile=%00', '/request?q=%00', '/record?q=%00&person=%00&kind=%00']
  for (const time of ['0000-01-01T00:00:00.000Z', '%2B275760-09-13T00:00:00.000Z', '-000001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z']) {
    addresses.push(`/record?after=${time}_${id}`, `/findings?after=open~1~${time}~${id}`, `/requests/${requestId}?before=${time}~${id}`)
  }
  for (const address of addresses) {
    const answer = await lena.request.get(address)
    expect.soft([answer.status(), brokenPage.test(await answer.text())], address).toEqual([200, false])
  }
  expect((await callAction(maya, 'requestAnswerAction', { args: [{ profile: '\0', minutes: 60 }] })).value).toMatchObject({ kind: 'refused', sentence: expect.stringContaining('not in the catalogue') })
  expect((await callAction(maya, 'confirmAction', { args: ['$K1'], fields: { action: 'reveal', profile: '\0', returnTo: '/request' } })).redirect).toMatch(/\/(request)?$/)
})

test('an address or a body that cannot be read is the mistake of whoever sent it, not a failure of the server', async ({ as }) => {
  const lena = await as('Lena Fischer')
  const Cookie = await cookieHeader(lena)
  for (const path of ['/requests/%zz', '/grants/%ff/credentials', '/%c0%af', '/api/auth/%zz']) {
    const answer = await fetch(`${stackFacts().baseUrl}${path}`, { headers: { Cookie } })
    expect.soft([400, 404], path).toContain(answer.status)
  }
  const action = builtActions().get('endGrantAction')
  if (!action) throw new Error('endGrantAction is not built')
  for (const [type, body] of [['text/plain', 'garbage'], ['text/plain', '["$K1"'], ['text/plain', 'x'.repeat(300_000)], ['multipart/form-data; boundary=x', 'no boundary'], ['multipart/form-data', '--x']] as const) {
    const answer = await postAction(action, body, { Cookie, 'Content-Type': type })
    expect.soft(answer.status, `${type} ${body.slice(0, 20)}`).toBe(400)
    expect.soft(answer.text).not.toMatch(/Error|node_modules|\bat /)
  }
})

test('a server action is not run for a page of another origin, or with a body that cannot be read', async ({ as }) => {
  const [maya, ana] = [await as('Maya Chen'), await as('Ana Kovac')]
  const { grantId } = await openGrant(maya, ana, 'payments-prod-read')
  const cookie = await cookieHeader(maya)
  const action = builtActions().get('endGrantAction')
  if (!action) throw new Error('endGrantAction is not built')
  for (const origin of ['https://evil.example', 'null', `${stackFacts().baseUrl}.evil.example`]) {
    const answer = await callAction(maya, 'endGrantAction', { fields: { grantId }, headers: { Origin: origin } })
    expect.soft(answer.status, origin).toBeGreaterThanOrEqual(400)
  }
  for (const [type, body] of [['text/plain', 'garbage'], ['text/plain', '["$K1"'], ['multipart/form-data; boundary=x', 'no boundary'], ['application/json', '{}'], ['application/x-www-form-urlencoded', `grantId=${grantId}`]] as const) {
    const answer = await postAction(action, body, { Cookie: cookie, 'Content-Type': type })
    expect.soft((answer.value as { ok?: boolean } | undefined)?.ok, `${type} ${body}`).not.toBe(true)
  }
  const answer = await postAction({ ...action, id: '00'.repeat(21) }, '[]', { Cookie: cookie })
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect((await one(`SELECT state::text FROM "grant" WHERE id = $1`, [grantId])).state).toBe('active')
  // The same call from the portal itself works, so the refusals above are not for another reason.
  expect((await callAction(maya, 'endGrantAction', { fields: { grantId } })).value).toMatchObject({ ok: true })
})

const own = (): Record<string, string> => ({ Origin: stackFacts().baseUrl })

test('the console route gives nothing to a page of another origin, or for a body that is no form of its own', async ({ as }) => {
  const [maya, ana] = [await as('Maya Chen'), await as('Ana Kovac')]
  const { grantId } = await openGrant(maya, ana, 'payments-prod-read')
  const form = new URLSearchParams({ grantId })
  const leases = (): Promise<unknown> => query(`SELECT id FROM lease WHERE "grantId" = $1`, [grantId])
  const before = await leases()
  const ask = async (headers: Record<string, string>, body: BodyInit): Promise<number> =>
    (await fetch(`${stackFacts().baseUrl}/api/console`, { method: 'POST', redirect: 'manual', headers: { Cookie: await cookieHeader(maya), ...headers }, body })).status
  for (const headers of [{}, { Origin: 'https://evil.example' }, { Origin: 'null' }] as Record<string, string>[]) expect.soft(await ask(headers, form), JSON.stringify(headers)).toBe(403)
  for (const body of ['garbage', new URLSearchParams({ grantId: 'x' })]) expect.soft(await ask(own(), body), String(body)).toBe(400)
  expect(await ask({ ...own(), 'Content-Type': 'multipart/form-data; boundary=x' }, 'not multipart')).toBe(400)
  expect(await leases()).toEqual(before)
  expect(await ask(own(), form)).toBe(303)
})

test('metrics are for the holder of the token as it is, and back-channel logout for a token that the provider signed', async () => {
  const { baseUrl, environment } = stackFacts()
  for (const authorization of ['Bearer ', `Bearer ${environment.METRICS_TOKEN}x`, `Basic ${environment.METRICS_TOKEN}`]) {
    const answer = await fetch(`${baseUrl}/api/metrics`, { headers: { authorization } })
    expect.soft([answer.status, await answer.text()], authorization.slice(0, 7)).toEqual([401, ''])
  }
  for (const body of ['', new URLSearchParams({ logout_token: '' }), new URLSearchParams({ logout_token: 'x.y.z' })]) {
    expect.soft((await fetch(`${baseUrl}/api/oidc/backchannel-logout`, { method: 'POST', body })).status, String(body)).toBe(400)
  }
  noteSecret(environment.OIDC_CLIENT_SECRET ?? '', environment.LATCHKEY_SECRET ?? '')
})
