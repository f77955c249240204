import { readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import { query } from './database.ts'
import { expect, test } from './fixtures.ts'
import { openGrant, sendRequest } from './journeys.ts'
import { callAction } from './server-actions.ts'

test('an auditor asks who had access, opens the rows behind a number, takes them away as files, and keeps the view', async ({ as }) => {
  const [maya, ana, amir, rosa] = [await as('Maya Chen'), await as('Ana Kovac'), await as('Amir Haddad'), await as('Rosa Diaz')]
  await openGrant(maya, ana, 'payments-prod-read', { justification: '=1+1, asked for in a report' })
  const denied = await sendRequest(maya, 'sandbox-builder')
  await callAction(ana, 'decideRequestAction', { bound: [{ roleDigest: null, definitionHash: null }], fields: { requestId: denied, decision: 'deny', reason: 'Not in this report' } })

  await amir.goto('/reports')
  await amir.getByRole('link', { name: /Who had access to an account/ }).click()
  const rows = amir.getByRole('region', { name: /Who had access/ }).getByRole('row')
  await expect(rows.filter({ hasText: '=1+1, asked for in a report' }).first()).toContainText('Ana Kovac')
  await amir.getByRole('link', { name: 'Account', exact: true }).click()
  const bars = amir.getByRole('table', { name: 'Rows by account' })
  await expect(bars.getByRole('row').nth(1)).toBeVisible()
  await bars.getByRole('link').first().click()
  await expect(amir).toHaveURL(/account=\d{12}/)
  await amir.getByRole('list', { name: 'Numbers' }).getByRole('link', { name: /Running now/ }).click()
  await expect(amir).toHaveURL(/only=running/)
  await expect(rows.nth(1)).toContainText('active')

  const [download] = await Promise.all([amir.waitForEvent('download'), amir.getByRole('link', { name: 'Take away as CSV' }).click()])
  const taken = parse<Record<string, string>>(await readFile(await download.path(), 'utf8'), { columns: true, bom: true })
  expect(taken.some(({ reason }) => reason === `'=1+1, asked for in a report`)).toBe(true)
  expect(taken).toHaveLength((await rows.count()) - 1)
  const pdf = await amir.request.get(`/api/reports/access?format=pdf`)
  expect((await pdf.body()).subarray(0, 5).toString()).toBe('%PDF-')

  await amir.getByRole('button', { name: 'Save view' }).click()
  const dialog = amir.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Running in payments')
  await dialog.getByRole('button', { name: 'Save view' }).click()
  await expect(dialog).toHaveCount(0)
  await amir.goto('/reports')
  await amir.getByRole('link', { name: 'Running in payments' }).click()
  await expect(amir).toHaveURL(/only=running/)
  await amir.goto('/reports')
  await amir.getByRole('button', { name: 'Delete the view Running in payments' }).click()
  await expect(amir.getByRole('link', { name: 'Running in payments' })).toHaveCount(0)

  await amir.goto('/reports/refusals')
  await expect(amir.getByRole('row').filter({ hasText: 'Not in this report' }).first()).toBeVisible()
  // A responder asks what an incident asks, and nothing else.
  expect((await rosa.goto('/reports/incident'))?.status()).toBe(200)
  expect((await rosa.goto('/reports/access'))?.status()).toBe(403)
  expect((await maya.goto('/reports'))?.status()).toBe(403)
  expect((await maya.request.get('/api/reports/access')).status()).toBe(403)
  expect((await query(`SELECT 1 FROM record_entry WHERE kind = 'report.exported' AND convert_from(body, 'UTF8')::jsonb #>> '{facts,report}' = 'access'`)).length).toBeGreaterThanOrEqual(2)
})

test('every question opens with an answer or says what is missing, on the days it looks back by itself', async ({ as }) => {
  const amir = await as('Amir Haddad')
  await amir.goto('/reports')
  const links = await amir.getByRole('main').getByRole('link').filter({ hasText: '?' }).evaluateAll((found) => [...new Set(found.map((link) => (link as HTMLAnchorElement).pathname).filter((path) => /^\/reports\/[a-z]+$/.test(path)))])
  expect(links).toHaveLength(11)
  for (const path of links) {
    expect((await amir.goto(path))?.status(), path).toBe(200)
    await expect(amir.getByRole('heading', { level: 1 })).toContainText('?')
  }
  await amir.goto('/reports/person')
  await expect(amir.getByText('Choose whom it is about.')).toBeVisible()
  await amir.getByLabel('Person').selectOption({ label: 'Maya Chen' })
  await expect(amir.getByRole('list', { name: 'Numbers' })).toBeVisible()
})
