import { DescribeRegionsCommand, EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { Page } from '@playwright/test'
import { one, query } from './database.ts'
import { noteSecret, stackFacts } from './facts.ts'
import { expect, expectAnnounced, test } from './fixtures.ts'
import { awsClock, type Credentials, openGrant, reason, reveal } from './journeys.ts'

const ec2With = (credentials: Credentials): EC2Client => new EC2Client({ region: 'eu-central-1', endpoint: stackFacts().awsUrl, credentials, maxAttempts: 1 })
const stsWith = (credentials: Credentials): STSClient => new STSClient({ region: 'eu-central-1', endpoint: stackFacts().awsUrl, credentials, maxAttempts: 1 })

test.afterEach(() => awsClock('reset'))

async function ask(page: Page, profile: string, minutes: string): Promise<string> {
  await page.goto(`/request?profile=${profile}`)
  await page.getByText('Other', { exact: true }).click()
  await page.getByLabel('Minutes').fill(minutes)
  await page.getByLabel('What do you need it for?').fill(reason)
  await page.getByRole('button', { name: 'Send request' }).click()
  await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/)
  return page.url().split('/').at(-1) ?? ''
}

test('what was asked and approved gives credentials that allow what the profile says, deny the rest, and are dead to the second at the end', async ({ as }) => {
  const maya = await as('Maya Chen')
  const requestId = await ask(maya, 'payments-prod-read', '2')
  await expect(maya.getByRole('listitem').filter({ hasText: 'Waits for one of platform-leads' })).toBeVisible()

  const ana = await as('Ana Kovac')
  await ana.goto(`/approvals?selected=${requestId}`)
  await expect(ana.getByText(reason).first()).toBeVisible()
  await ana.getByRole('button', { name: 'Approve for 2 min' }).click()
  await expectAnnounced(ana, 'Approved. AWS is being set up.')

  // The requester's page follows by itself: nobody reloads.
  await maya.getByRole('link', { name: 'Get credentials' }).click()
  const credentials = await reveal(maya)
  const ec2 = ec2With(credentials)
  await expect(ec2.send(new DescribeRegionsCommand({}))).resolves.toHaveProperty('Regions')
  await expect(ec2.send(new StopInstancesCommand({ InstanceIds: ['i-00000000'] }))).rejects.toHaveProperty('name', 'UnauthorizedOperation')

  // One second before the end it still works; from the end on it does not, although AWS let the credentials live 15 minutes.
  const { endsAt } = await one<{ endsAt: Date }>(`SELECT "endsAt" FROM "grant" WHERE "requestId" = $1`, [requestId])
  const { expiresAt } = await one<{ expiresAt: Date }>(`SELECT max(l."expiresAt") AS "expiresAt" FROM lease l JOIN "grant" g ON g.id = l."grantId" WHERE g."requestId" = $1`, [requestId])
  expect(expiresAt.getTime() - endsAt.getTime()).toBeGreaterThan(10 * 60_000)
  const lastSecond = Math.floor(endsAt.getTime() / 1_000) * 1_000
  await awsClock('advance', lastSecond - Date.now() - 4_000)
  await expect(ec2.send(new DescribeRegionsCommand({}))).resolves.toHaveProperty('Regions')
  await awsClock('reset')
  await awsClock('advance', lastSecond - Date.now())
  await expect(ec2.send(new DescribeRegionsCommand({}))).rejects.toHaveProperty('name', 'UnauthorizedOperation')
  await expect(stsWith(credentials).send(new GetCallerIdentityCommand({}))).resolves.toHaveProperty('Account', '301122334455')
})

test('ending it early stops the minting at once, cuts off what was issued, and can be asked for again', async ({ as }) => {
  const [maya, ana] = [await as('Maya Chen'), await as('Ana Kovac')]
  const { grantId, requestId } = await openGrant(maya, ana, 'payments-prod-read')
  await maya.goto(`/grants/${grantId}/credentials`)
  const first = await reveal(maya)
  await maya.getByRole('button', { name: 'Hide' }).click()
  const second = await reveal(maya)
  expect(second.accessKeyId).not.toBe(first.accessKeyId)

  const other = await maya.context().newPage()
  await other.goto(`/requests/${requestId}`)
  await other.getByRole('button', { name: 'End now' }).click()
  await other.getByRole('button', { name: 'End my access now' }).click()
  await expectAnnounced(other, /No new credentials are issued from now on\. Credentials already issued are being cut off in AWS; by themselves they die at \d\d:\d\d UTC/)
  await expect(other.getByText('No new credentials since', { exact: true })).toBeVisible()
  await expect(other.getByText('Denied since', { exact: true })).toBeVisible({ timeout: 30_000 })
  for (const credentials of [first, second]) await expect(ec2With(credentials).send(new DescribeRegionsCommand({}))).rejects.toHaveProperty('name', 'UnauthorizedOperation')

  // The page that still shows the button is refused by the server.
  await maya.getByRole('button', { name: 'Hide' }).click()
  await maya.getByRole('button', { name: 'Reveal credentials' }).click()
  await expect(maya.getByRole('alert').filter({ hasText: 'because you ended it' })).toBeVisible()
  expect(await query(`SELECT 1 FROM lease WHERE "grantId" = $1 AND purpose = 'reveal'`, [grantId])).toHaveLength(2)
  await other.getByRole('link', { name: 'Ask again' }).click()
  await expect(other.getByRole('button', { name: 'Send request' })).toBeVisible()
})

test('every form that credentials can be copied in carries the same secrets, and leaving the page hides them for good', async ({ as }) => {
  const [maya, ana] = [await as('Maya Chen'), await as('Ana Kovac')]
  const { grantId } = await openGrant(maya, ana, 'payments-prod-read')
  await maya.goto('/')
  await maya.goto(`/grants/${grantId}/credentials`)
  const { accessKeyId, secretAccessKey, sessionToken } = await reveal(maya)
  for (const form of ['Shell', 'PowerShell', 'Profile file', 'credential_process']) {
    await maya.getByRole('tab', { name: form, exact: true }).click()
    await maya.getByRole('button', { name: 'Copy', exact: true }).click()
    await expectAnnounced(maya, /^Copied the/)
    const copied = await maya.evaluate(() => navigator.clipboard.readText())
    for (const secret of [accessKeyId, secretAccessKey, sessionToken]) expect(copied, form).toContain(secret)
    if (form === 'credential_process') expect(JSON.parse(copied)).toMatchObject({ Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken })
  }
  const shown = async (): Promise<boolean> => (await maya.content()).includes(secretAccessKey)
  expect(await shown()).toBe(true)
  // Left by a link inside the portal, then back.
  await maya.getByRole('link', { name: 'My access' }).first().click()
  await expect(maya.getByRole('heading', { name: 'My access', level: 1 })).toBeVisible()
  expect(await shown()).toBe(false)
  await maya.goBack()
  await expect(maya.getByRole('button', { name: 'Reveal credentials' })).toBeVisible()
  expect(await shown()).toBe(false)
  // Left by an address, then back: the browser's page cache keeps nothing either.
  await reveal(maya)
  await maya.goto('/request')
  await maya.goBack()
  await expect(maya.getByRole('button', { name: 'Reveal credentials' })).toBeVisible()
  expect(await maya.content()).not.toContain('AWS_SESSION_TOKEN=')
  const stored = await maya.evaluate(() => JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]))
  expect(stored).not.toContain(secretAccessKey)
})

test('the console link signs in at the federation endpoint by a POST that is cached and passed on nowhere', async ({ as }) => {
  const [maya, ana] = [await as('Maya Chen'), await as('Ana Kovac')]
  const { grantId } = await openGrant(maya, ana, 'payments-prod-read')
  await maya.goto(`/grants/${grantId}/credentials`)
  const answered = maya.context().waitForEvent('response', (response) => response.url().endsWith('/api/console'))
  const [popup] = await Promise.all([maya.waitForEvent('popup'), maya.getByRole('button', { name: 'Open the AWS console' }).click()])
  const answer = await answered
  expect([answer.status(), answer.request().method()]).toEqual([303, 'POST'])
  expect(await answer.headerValue('cache-control')).toBe('no-store')
  expect(await answer.headerValue('referrer-policy')).toBe('no-referrer')
  const token = new URL((await answer.headerValue('location')) ?? '').searchParams.get('SigninToken') ?? ''
  noteSecret(token)
  await popup.waitForLoadState()
  expect(new URL(popup.url()).origin).toBe(new URL(stackFacts().awsUrl).origin)
  await expect(popup.getByText('301122334455').first()).toBeVisible()
  expect(await popup.evaluate(() => document.referrer)).toBe('')
  await popup.close()
})
