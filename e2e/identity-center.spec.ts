import type { Page } from '@playwright/test'
import { accounts } from '#lib/local/demo/organisation.ts'
import { one } from './database.ts'
import { noteSecret, stackFacts } from './facts.ts'
import { expect, expectAccessible, expectAccessibleEverywhere, test } from './fixtures.ts'
import { decide, sendRequest } from './journeys.ts'

const profile = 'data-staging-console'

/** The control of the local AWS's Identity Center. */
async function control(command: 'assignment-time' | 'fail-assignment' | 'role-credentials', body: object): Promise<Response> {
  const answer = await fetch(`${stackFacts().awsUrl}/_local/sso/${command}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  expect(answer.status).toBe(200)
  return answer
}

/** Whether AWS's access portal lets Tom open a session. */
async function opens(): Promise<boolean> {
  const answer = await control('role-credentials', { userName: 'tom.becker@northwind.example', accountId: accounts.dataStaging, permissionSet: 'DataAnalyst' })
  const opened = (await answer.json()) as { secretAccessKey: string; sessionToken: string } | { error: string }
  if ('error' in opened) return false
  noteSecret(opened.secretAccessKey, opened.sessionToken)
  return true
}

const stateOf = async (requestId: string): Promise<string> => (await one<{ state: string }>(`SELECT state::text FROM "grant" WHERE "requestId" = $1`, [requestId])).state

async function endNow(holder: Page): Promise<void> {
  await holder.getByRole('button', { name: 'End now' }).click()
  await expect(holder.getByText('AWS cannot take them back')).toBeVisible()
  await holder.getByRole('button', { name: 'End my access now' }).click()
}

async function expectAccessibleInBoth(page: Page): Promise<void> {
  await expectAccessible(page)
  await page.emulateMedia({ colorScheme: 'dark' })
  await expectAccessible(page, ['color-contrast'])
  await page.emulateMedia({ colorScheme: 'light' })
}

test.afterEach(async () => {
  await control('assignment-time', { ms: 0 })
})

test('an assignment is active once AWS confirmed it, says where to sign in and until when sessions may live, and ends in two facts', async ({ as }) => {
  const [tom, jon] = [await as('Tom Becker'), await as('Jon Bell')]
  await tom.goto(`/request?profile=${profile}`)
  await expect(tom.getByText('AWS lets credentials that were opened before live on for up to 2 h').first()).toBeVisible()
  await expectAccessibleInBoth(tom)
  await tom.getByLabel('What do you need it for?').fill('Looking through the files of the failed load in the console')
  await tom.getByRole('button', { name: 'Send request' }).click()
  await tom.waitForURL(/\/requests\/[0-9a-f-]{36}$/)
  const requestId = tom.url().split('/').at(-1) ?? ''

  await jon.goto(`/approvals?selected=${requestId}`)
  await expect(jon.getByText('AWS lets credentials that were opened before live on for up to 2 h').first()).toBeVisible()
  await expectAccessibleInBoth(jon)
  await control('assignment-time', { ms: 2_000 })
  await jon.getByRole('button', { name: /^Approve/ }).click()
  const entry = tom.getByRole('region', { name: 'Single sign-on' })
  await expect(entry.getByText('No session can be opened before AWS confirms it.')).toBeVisible({ timeout: 15_000 })
  expect([await stateOf(requestId), await opens()]).toEqual(['activating', false])

  await expect(entry.getByText('AWS confirmed the assignment.')).toBeVisible({ timeout: 20_000 })
  await expect(entry.getByRole('link', { name: 'aws.northwind.example/start' })).toHaveAttribute('href', 'https://aws.northwind.example/start')
  await expect(entry.getByText('May live until')).toBeVisible()
  await expect(entry.getByText('DataAnalyst')).toBeVisible()
  await expect(tom.getByRole('link', { name: 'Get credentials' })).toHaveCount(0)
  expect(await opens()).toBe(true)
  await tom.reload()
  await expectAccessibleEverywhere(tom)

  await tom.goto('/')
  await tom.getByRole('listitem').filter({ hasText: 'Staging warehouse in the console' }).getByRole('link', { name: 'Where to sign in' }).click()
  await tom.waitForURL(/\/requests\//)
  await endNow(tom)
  const ended = tom.getByRole('region', { name: 'How it ended' })
  await expect(ended.getByText('Assignment removed')).toBeVisible({ timeout: 20_000 })
  await expect(ended.getByText('AWS confirmed it: no new session can be opened since.')).toBeVisible()
  await expect(ended.getByText('Issued credentials dead by')).toBeVisible()
  expect([await stateOf(requestId), await opens()]).toEqual(['ending', false])
  await tom.reload()
  await expectAccessibleInBoth(tom)
})

test('what AWS fails is told with its reason: nothing is said to be active, and a removal is tried until it is done', async ({ as }) => {
  const [tom, jon] = [await as('Tom Becker'), await as('Jon Bell')]
  await control('fail-assignment', { reason: 'Received a 409 status error: Cannot exceed quota for RolesPerAccount: 1000.' })
  const requestId = await sendRequest(tom, profile, { ticket: '' })
  await tom.goto(`/requests/${requestId}`)
  expect(await decide(jon, requestId, 'approve')).toBe('ok')
  await expect(tom.getByRole('alert').getByText('Cannot exceed quota for RolesPerAccount')).toBeVisible({ timeout: 15_000 })
  await expect(tom.getByRole('region', { name: 'Single sign-on' }).getByText('AWS did not make the assignment')).toBeVisible()
  expect(await opens()).toBe(false)
  await tom.reload()
  await expectAccessible(tom)
  await tom.getByRole('button', { name: 'Try again' }).click()
  await expect(tom.getByText('AWS confirmed the assignment.')).toBeVisible({ timeout: 15_000 })

  // As often as it takes to be seen: each try that fails is followed by a later one.
  for (let failure = 0; failure < 2; failure += 1) await control('fail-assignment', { reason: 'Received a 500 status error: the account could not be reached.' })
  await endNow(tom)
  const ended = tom.getByRole('region', { name: 'How it ended' })
  await tom.reload()
  await expect(ended.getByText('AWS has not removed it: Received a 500 status error: the account could not be reached. It is tried again until it is gone.')).toBeVisible({ timeout: 15_000 })
  expect(await opens()).toBe(true)
  await expect(ended.getByText('Assignment removed')).toBeVisible({ timeout: 45_000 })
  expect(await opens()).toBe(false)
})
