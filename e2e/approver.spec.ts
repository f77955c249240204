import type { Page } from '@playwright/test'
import { one, query } from './database.ts'
import { expect, expectAnnounced, openLive, test } from './fixtures.ts'
import { seenDigest, sendRequest } from './journeys.ts'
import { callAction, codeOf } from './server-actions.ts'

const heading = (page: Page): ReturnType<Page['locator']> => page.locator('#selected')
const stateOf = async (requestId: string): Promise<unknown> => (await one(`SELECT state::text FROM request WHERE id = $1`, [requestId])).state

test('the queue grows by itself, is walked with j and k, and deciding with a selects the next and is announced', async ({ as }) => {
  const [ana, maya, tom] = [await as('Ana Kovac'), await as('Maya Chen'), await as('Tom Becker')]
  await openLive(ana, '/approvals')
  await expect(ana.getByText('Nothing to decide')).toBeVisible()
  const first = await sendRequest(maya, 'sandbox-builder', { minutes: 30 })
  await expect(heading(ana)).toHaveText('Maya Chen asks for Sandbox, build')
  const second = await sendRequest(tom, 'sandbox-builder', { minutes: 45 })
  const riskier = await sendRequest(maya, 'payments-prod-operate', { minutes: 60 })
  const queue = ana.getByRole('list', { name: 'Waiting for you' }).getByRole('link')
  await expect(queue).toHaveCount(3)
  // The riskiest first, then the oldest; the one being read stays selected or is the first.
  await expect(queue.nth(0)).toContainText('Payments production, operate')
  await expect(queue.nth(1)).toContainText('Maya Chen')
  await expect(queue.nth(2)).toContainText('Tom Becker')

  await openLive(ana, `/approvals?selected=${riskier}`)
  await ana.keyboard.press('j')
  await expect(heading(ana)).toHaveText('Maya Chen asks for Sandbox, build')
  await ana.keyboard.press('j')
  await expect(heading(ana)).toHaveText('Tom Becker asks for Sandbox, build')
  await ana.keyboard.press('k')
  await expect(heading(ana)).toHaveText('Maya Chen asks for Sandbox, build')
  await ana.keyboard.press('a')
  await expectAnnounced(ana, 'Approved. AWS is being set up.')
  await expect(heading(ana)).toHaveText('Tom Becker asks for Sandbox, build')
  await expect(queue).toHaveCount(2)
  expect([await stateOf(first), await stateOf(second), await stateOf(riskier)]).toEqual(['approved', 'pending', 'pending'])
})

test('denying with d asks for a reason, says so beside the field, and the requester reads it without reloading', async ({ as }) => {
  const [ana, maya] = [await as('Ana Kovac'), await as('Maya Chen')]
  const requestId = await sendRequest(maya, 'sandbox-builder')
  await openLive(maya, `/requests/${requestId}`)
  await openLive(ana, `/approvals?selected=${requestId}`)
  await ana.keyboard.press('d')
  const why = ana.getByLabel('Tell Maya Chen why')
  await expect(why).toBeFocused()
  await ana.getByRole('button', { name: 'Deny the request' }).click()
  await expect(why).toHaveAccessibleDescription(/Write a sentence/)
  await expect(why).toBeFocused()
  expect(await stateOf(requestId)).toBe('pending')
  await ana.keyboard.press('Escape')
  await expect(ana.getByRole('button', { name: 'Deny…' })).toBeFocused()
  await ana.keyboard.press('d')
  await why.fill('<b>Use</b> the read-only profile, please')
  await ana.getByRole('button', { name: 'Deny the request' }).click()
  await expectAnnounced(ana, 'Denied. The requester sees your reason.')
  await expect(maya.getByText('<b>Use</b> the read-only profile, please')).toBeVisible()
  expect(await stateOf(requestId)).toBe('denied')
})

test('of two approvers who decide at once one wins, and the other is told who it was', async ({ as }) => {
  const [ana, jon, maya] = [await as('Ana Kovac'), await as('Jon Bell'), await as('Maya Chen')]
  const requestId = await sendRequest(maya, 'sandbox-builder')
  // Jon's page hears nothing of what others do, as when both press in the same second.
  await jon.route('**/api/live**', (route) => route.fulfill({ status: 204 }))
  for (const page of [ana, jon]) await openLive(page, `/approvals?selected=${requestId}`)
  await ana.getByRole('button', { name: /^Approve for/ }).click()
  await expectAnnounced(ana, /^Approved/)
  await jon.keyboard.press('a')
  await expect(jon.getByText(/Ana Kovac approved this request at \d\d:\d\d UTC/).first()).toBeVisible()
  expect(await query(`SELECT 1 FROM decision WHERE "requestId" = $1`, [requestId])).toHaveLength(1)
  expect(await query(`SELECT 1 FROM "grant" WHERE "requestId" = $1`, [requestId])).toHaveLength(1)

  // Both at the same instant, past the pages: still one decision and one grant.
  const raced = await sendRequest(await as('Tom Becker'), 'sandbox-builder')
  const digest = await seenDigest(raced)
  const call = (page: Page): ReturnType<typeof callAction> => callAction(page, 'decideRequestAction', { bound: [{ roleDigest: digest, definitionHash: null }], fields: { requestId: raced, decision: 'approve' } })
  const answers = await Promise.all([call(ana), call(jon), call(ana), call(jon)])
  expect(answers.filter((answer) => codeOf(answer) === 'settled')).toHaveLength(3)
  expect(await query(`SELECT 1 FROM "grant" WHERE "requestId" = $1`, [raced])).toHaveLength(1)
})

test('an approver cannot decide a request of their own, neither on the page nor by a forged form', async ({ as }) => {
  const ana = await as('Ana Kovac')
  const requestId = await sendRequest(ana, 'sandbox-builder')
  await ana.goto(`/approvals?selected=${requestId}`)
  await expect(ana.getByText('Nobody decides their own request.')).toBeVisible()
  await expect(ana.getByRole('button', { name: /^Approve/ })).toHaveCount(0)
  for (const decision of ['approve', 'deny']) {
    const answer = await callAction(ana, 'decideRequestAction', { bound: [{ roleDigest: await seenDigest(requestId), definitionHash: null }], fields: { requestId, decision, reason: 'It is mine' } })
    expect(codeOf(answer)).toBe('own_request')
  }
  expect(await stateOf(requestId)).toBe('pending')
})

test('a role that changed in AWS after the page was opened is not approved on what the page showed', async ({ as }) => {
  const [ana, maya] = [await as('Ana Kovac'), await as('Maya Chen')]
  const requestId = await sendRequest(maya, 'sandbox-builder')
  await ana.request.get(`/approvals?selected=${requestId}`)
  const answer = await callAction(ana, 'decideRequestAction', { bound: [{ roleDigest: '0'.repeat(64), definitionHash: null }], fields: { requestId, decision: 'approve' } })
  expect(codeOf(answer)).toBe('role_changed')
  expect(await stateOf(requestId)).toBe('pending')
})
