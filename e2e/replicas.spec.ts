import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Replicas, startReplicas } from '#lib/local/stack/start-replicas.ts'
import { freePort } from '#lib/local/test/free-port.ts'
import { one } from './database.ts'
import { stackFacts } from './facts.ts'
import { expect, test } from './fixtures.ts'
import { decide, reason, reveal, sendRequest } from './journeys.ts'
import { callAction } from './server-actions.ts'

let folder: string
let replicas: Replicas
let url: string

/** Two servers beside the one of all journeys, on its database, behind a proxy. Cookies of `localhost` are good at any port. */
test.beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'latchkey-replicas-'))
  const port = String(await freePort())
  url = `http://localhost:${port}`
  replicas = await startReplicas({ ...stackFacts().environment, PORT: port, PUBLIC_URL: url }, path.join(folder, 'app.log'), 2)
})
test.afterAll(async () => {
  await replicas?.stop()
  await rm(folder, { recursive: true, force: true })
})

test('a whole journey through a proxy that takes two replicas in turns, with live updates and no reload', async ({ as }) => {
  const [maya, ana, rosa] = [await as('Maya Chen'), await as('Ana Kovac'), await as('Rosa Diaz')]
  await ana.goto(`${url}/approvals`)
  await rosa.goto(`${url}/dashboard`)
  await maya.goto(`${url}/request?profile=payments-prod-read`)
  await maya.getByLabel('What do you need it for?').fill(reason)
  await maya.getByRole('button', { name: 'Send request' }).click()
  await maya.waitForURL(/\/requests\/[0-9a-f-]{36}$/)
  // Ana's list learns of it by itself.
  await ana.getByRole('link', { name: /Maya Chen/ }).first().click()
  await ana.getByRole('button', { name: /^Approve for/ }).click()
  await expect(ana.getByText(/Approved/).first()).toBeAttached()
  await maya.getByRole('link', { name: 'Get credentials' }).first().click()
  expect((await reveal(maya)).accessKeyId).toMatch(/^ASIA/)
  await expect(rosa.getByRole('row', { name: /Maya Chen/ }).filter({ hasText: reason }).first()).toBeVisible()
  const { served } = replicas.proxy!
  expect(new Set(served.map(({ target }) => target))).toEqual(new Set(replicas.urls))
})

test('what one replica decides, the page of another shows without a reload', async ({ as }) => {
  const [maya, ana] = [await as('Maya Chen'), await as('Ana Kovac')]
  const requestId = await sendRequest(maya, 'sandbox-builder')
  const from = replicas.proxy!.served.length
  await maya.setExtraHTTPHeaders({ 'x-replica': '0' })
  await Promise.all([maya.waitForResponse((response) => response.url().startsWith(`${url}/api/live`)), maya.goto(`${url}/requests/${requestId}`)])
  await expect(maya.getByText(/Waits for one of/)).toBeVisible()
  const second = { 'x-replica': '1' }
  await ana.request.get(`${url}/approvals?selected=${requestId}`, { headers: second })
  const answer = await callAction(ana, 'decideRequestAction', { bound: [{ roleDigest: null, definitionHash: null }], fields: { requestId, decision: 'deny', reason: 'Another replica says no' }, headers: second, baseUrl: url })
  expect(answer.value).toMatchObject({ ok: true })
  const told = replicas.proxy!.served.slice(from)
  expect(new Set(told.filter(({ path: asked }) => asked.startsWith('/api/live')).map(({ target }) => target))).toEqual(new Set([replicas.urls[0]]))
  expect(told.find(({ method }) => method === 'POST')?.target).toBe(replicas.urls[1])
  await expect(maya.getByText('Another replica says no').first()).toBeVisible()
})

test('a replica that is gone is passed over, and its pages go on at the other', async ({ as }) => {
  const [maya, ana] = [await as('Maya Chen'), await as('Ana Kovac')]
  const requestId = await sendRequest(maya, 'sandbox-builder')
  await maya.goto(`${url}/requests/${requestId}`)
  await expect(maya.getByText(/Waits for one of/)).toBeVisible()
  await replicas.apps[0]!.stop()
  expect(await replicas.apps[0]!.exited).toBe(0)
  expect(await decide(ana, requestId, 'deny', 'Said while one replica was gone')).toBe('ok')
  await expect(maya.getByText('Said while one replica was gone').first()).toBeVisible()
  await maya.goto(`${url}/`)
  await expect(maya.getByRole('heading', { name: 'My access', level: 1 })).toBeVisible()
  expect((await one(`SELECT state::text FROM request WHERE id = $1`, [requestId])).state).toBe('denied')
})
