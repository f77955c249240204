import { DescribeRegionsCommand, EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2'
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'

const reason = 'Payout run of this morning failed for one merchant, reading its instances'

async function ask(page: Page, profile: string): Promise<string> {
  await page.goto(`/request?profile=${profile}`)
  await page.getByLabel('What do you need it for?').fill(reason)
  await page.getByRole('button', { name: 'Send request' }).click()
  await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/)
  return page.url().split('/').at(-1) ?? ''
}

test('a request is approved, gives credentials that work and end, and is seen on the dashboard', async ({ as, facts }) => {
  const maya = await as('Maya Chen')
  const requestId = await ask(maya, 'payments-prod-read')

  const ana = await as('Ana Kovac')
  await ana.goto(`/approvals?selected=${requestId}`)
  await expect(ana.getByText(reason).first()).toBeVisible()
  await ana.getByRole('button', { name: /^Approve for/ }).click()
  await expect(ana.getByText(/Approved/).first()).toBeAttached()

  // The page follows by itself: nobody reloads.
  await maya.getByRole('link', { name: 'Get credentials' }).first().click()
  await maya.getByRole('button', { name: /Reveal/ }).click()
  const shell = await maya.locator('pre').first().textContent()
  const read = (name: string): string => new RegExp(`${name}='([^']+)'`).exec(shell ?? '')?.[1] ?? ''
  const credentials = { accessKeyId: read('AWS_ACCESS_KEY_ID'), secretAccessKey: read('AWS_SECRET_ACCESS_KEY'), sessionToken: read('AWS_SESSION_TOKEN') }
  const ec2 = new EC2Client({ region: 'eu-central-1', endpoint: facts.awsUrl, credentials })
  await expect(ec2.send(new DescribeRegionsCommand({}))).resolves.toHaveProperty('Regions')
  await expect(ec2.send(new StopInstancesCommand({ InstanceIds: ['i-00000000'] }))).rejects.toHaveProperty('name', 'UnauthorizedOperation')
})
