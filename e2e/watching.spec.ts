import { DescribeRegionsCommand, EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2'
import type { Page } from '@playwright/test'
import { expect, expectAccessible, test } from './fixtures.ts'
import { iamPropagation } from './journeys.ts'

test.afterEach(() => iamPropagation(0))

const reason = 'Merchant 4711 reports a wrong balance, looking at its ledger instances'

async function activeGrant(maya: Page, ana: Page): Promise<void> {
  await maya.goto('/request?profile=payments-prod-read')
  await maya.getByLabel('What do you need it for?').fill(reason)
  await maya.getByRole('button', { name: 'Send request' }).click()
  await maya.waitForURL(/\/requests\/[0-9a-f-]{36}$/)
  await ana.goto(`/approvals?selected=${maya.url().split('/').at(-1)}`)
  await ana.getByRole('button', { name: /^Approve for/ }).click()
  await expect(ana.getByText(/Approved/).first()).toBeAttached()
}

async function clientOf(maya: Page, endpoint: string): Promise<EC2Client> {
  await maya.getByRole('link', { name: 'Get credentials' }).first().click()
  await maya.getByRole('button', { name: /Reveal/ }).click()
  const shell = (await maya.locator('pre').first().textContent()) ?? ''
  const read = (name: string): string => new RegExp(`${name}='([^']+)'`).exec(shell)?.[1] ?? ''
  return new EC2Client({ region: 'eu-central-1', endpoint, maxAttempts: 1, credentials: { accessKeyId: read('AWS_ACCESS_KEY_ID'), secretAccessKey: read('AWS_SECRET_ACCESS_KEY'), sessionToken: read('AWS_SESSION_TOKEN') } })
}

test('a responder sees who is inside and what they do without reloading, triages the finding, and cuts them off', async ({ as, facts }) => {
  const maya = await as('Maya Chen')
  await activeGrant(maya, await as('Ana Kovac'))
  const rosa = await as('Rosa Diaz')
  await rosa.goto('/dashboard')
  const ec2 = await clientOf(maya, facts.awsUrl)
  await ec2.send(new DescribeRegionsCommand({}))
  for (let call = 0; call < 6; call += 1) await expect(ec2.send(new StopInstancesCommand({ InstanceIds: ['i-00000000'] }))).rejects.toHaveProperty('name', 'UnauthorizedOperation')

  const row = rosa.getByRole('row', { name: /Maya Chen/ }).filter({ hasText: reason })
  await expect(row.getByRole('img', { name: /in all 7 calls, 0 changes, 6 denied/ })).toBeVisible({ timeout: 30_000 })
  await expect(rosa.getByRole('link', { name: /calls denied in a burst/ }).first()).toBeVisible()
  await expectAccessible(rosa)

  await rosa.goto('/findings?state=open')
  const finding = rosa.getByRole('listitem').filter({ hasText: 'calls denied in a burst' }).first()
  await finding.locator('summary').click()
  await expect(finding.getByText(/Maya Chen was denied 6 calls in payments-prod/)).toBeVisible()
  await expect(finding.getByText('"eventName": "StopInstances"')).toBeVisible()
  await expectAccessible(rosa)
  await finding.getByRole('button', { name: 'Close…' }).click()
  const dialog = rosa.getByRole('dialog')
  await dialog.getByLabel('It was').selectOption('benign')
  await dialog.getByLabel('Reason').fill('A wrong profile, talked to Maya')
  await dialog.getByRole('button', { name: 'Close the finding' }).click()
  await expect(rosa.getByRole('listitem').filter({ hasText: 'calls denied in a burst' })).toHaveCount(0)
  await rosa.goto('/findings?state=closed')
  await rosa.locator('summary').first().click()
  await expect(rosa.getByText('Closed by Rosa Diaz as real, and harmless: “A wrong profile, talked to Maya”')).toBeVisible()

  await rosa.goto('/dashboard')
  const sessionPath = (await row.getByRole('link', { name: 'Maya Chen' }).getAttribute('href')) ?? ''
  await rosa.goto(sessionPath)
  await expect(rosa.getByRole('heading', { name: /^Maya Chen as / })).toBeVisible()
  await expect(rosa.getByText('7 in all, 0 changes, 6 denied')).toBeVisible()
  await expect(rosa.getByRole('region', { name: 'Services used' }).getByRole('row', { name: /ec2/ })).toBeVisible()
  await expect(rosa.getByRole('link', { name: /calls denied in a burst/ })).toHaveCount(1)
  await expectAccessible(rosa)
  await rosa.getByLabel('Show').selectOption('denied')
  await expect(rosa.getByRole('region', { name: /^Calls by minute/ }).getByRole('row', { name: /ec2:StopInstances.*Denied/ })).toHaveCount(6)
  await expect(rosa.getByText('ec2:DescribeRegions')).toHaveCount(0)
  const requestPath = (await rosa.getByRole('link', { name: 'Open the request' }).getAttribute('href')) ?? ''
  expect([(await maya.goto(sessionPath))?.status(), (await (await as('Ana Kovac')).goto(sessionPath))?.status()]).toEqual([200, 404])
  for (const [page, sees] of [[rosa, true], [maya, true], [await as('Ana Kovac'), false]] as const) {
    await page.goto(requestPath)
    const activity = page.getByRole('region', { name: 'Activity', exact: true }).first()
    if (sees) {
      await expect(activity.getByText('ec2:DescribeRegions')).toBeVisible()
      await expect(activity.getByRole('row', { name: /ec2:StopInstances.*Denied/ })).toHaveCount(6)
      await expectAccessible(page)
    } else await expect(activity).toHaveCount(0)
  }

  await rosa.goto('/dashboard')
  const tile = rosa.getByRole('link', { name: /^Ended early, still usable/ })
  const stillUsable = Number(/\d+/.exec(await tile.innerText())?.[0])
  await iamPropagation(5_000)
  await row.getByRole('button', { name: /^Revoke/ }).click()
  await rosa.getByRole('dialog').getByLabel('Reason').fill('Seen somewhere odd')
  await rosa.getByRole('dialog').getByRole('button', { name: 'Revoke now' }).click()
  await expect(tile).toContainText(String(stillUsable + 1))
  // Once IAM has spread the denial the portal sees it, and the tile says so by itself.
  await expect(tile).toContainText(String(stillUsable), { timeout: 30_000 })
})

test('a responder works through findings by keyboard, says what is expected for a while, and revokes from a finding, which stops the next call', async ({ as, facts }) => {
  await as('Lena Fischer')
  const maya = await as('Maya Chen')
  await activeGrant(maya, await as('Ana Kovac'))
  const rosa = await as('Rosa Diaz')
  const ec2 = await clientOf(maya, facts.awsUrl)
  for (let call = 0; call < 6; call += 1) await expect(ec2.send(new StopInstancesCommand({ InstanceIds: ['i-00000000'] }))).rejects.toHaveProperty('name', 'UnauthorizedOperation')
  await rosa.goto('/findings?state=open&q=maya')
  const finding = rosa.getByRole('listitem').filter({ hasText: 'calls denied in a burst' })
  await expect(finding).toHaveCount(1, { timeout: 30_000 })

  await rosa.getByRole('heading', { name: 'Findings' }).click()
  await rosa.keyboard.press('j')
  await expect(finding.locator('summary')).toBeFocused()
  await rosa.keyboard.press('t')
  await expect(finding.getByText('yours')).toBeVisible()
  await finding.locator('summary').focus()
  await rosa.keyboard.press('s')
  const dialog = rosa.getByRole('dialog')
  await expect(dialog.getByRole('heading', { name: 'Expect this for a while' })).toBeVisible()
  await expectAccessible(rosa)
  await dialog.getByLabel('Reason').fill('A drill, announced')
  await dialog.getByRole('button', { name: 'Suppress' }).click()
  await expect(finding).toHaveCount(0)
  await rosa.getByRole('link', { name: 'Suppressions' }).click()
  await expect(rosa.getByRole('row', { name: /Maya Chen in payments-prod.*A drill, announced/ })).toBeVisible()
  await expectAccessible(rosa)
  const end = rosa.getByRole('button', { name: /^End the suppression of .*Maya Chen/ })
  await end.click()
  await expect(end).toHaveCount(0)
  await expect(rosa.getByRole('region', { name: 'Over' }).getByRole('row', { name: /Ended early by Rosa Diaz/ })).toBeVisible()

  await rosa.goto('/findings?group=person&state=open')
  await expectAccessible(rosa)
  await rosa.getByRole('listitem').getByRole('link', { name: /Maya Chen/ }).click()
  await expect(rosa.getByRole('list', { name: 'Only' })).toContainText('Maya Chen')
  await finding.first().locator('summary').click()
  await finding.first().getByRole('button', { name: 'Give to…' }).click()
  await dialog.getByLabel('To').selectOption({ label: 'Lena Fischer' })
  await dialog.getByRole('button', { name: 'Give it' }).click()
  await expect(finding.first().getByText('with Lena Fischer')).toBeVisible()

  await iamPropagation(0)
  await finding.first().getByRole('button', { name: /^Revoke access/ }).click()
  await dialog.getByLabel('Reason').fill('Misused')
  await dialog.getByRole('button', { name: 'Revoke now' }).click()
  await expect(finding.first().getByRole('button', { name: /^Revoke access/ })).toHaveCount(0)
  await expect.poll(() => ec2.send(new DescribeRegionsCommand({})).then(() => 'works', (error: Error) => error.name)).toBe('UnauthorizedOperation')
})

test('dashboard and findings are 403 to requesters and approvers, and without buttons to auditors', async ({ as }) => {
  for (const persona of ['Maya Chen', 'Ana Kovac'] as const) {
    const page = await as(persona)
    for (const path of ['/dashboard', '/findings', '/sessions', '/findings/rules']) expect((await page.goto(path))?.status()).toBe(403)
  }
  const amir = await as('Amir Haddad')
  for (const path of ['/dashboard', '/findings', '/sessions', '/findings/rules']) {
    expect((await amir.goto(path))?.status()).toBe(200)
    await expect(amir.getByRole('button', { name: /^(Revoke|Close|Acknowledge|Switch)/ })).toHaveCount(0)
  }
})

test('what changed after the page was read and before its stream opened is said when it opens, and nothing else is', async ({ as }) => {
  const maya = await as('Maya Chen')
  const beforeMs = Date.now()
  await activeGrant(maya, await as('Ana Kovac'))
  await maya.getByText('Active', { exact: true }).first().waitFor()
  const firstOf = (since: number): Promise<string> =>
    maya.evaluate(async (asked) => {
      const answer = await fetch(`/api/live?topics=grant,request&since=${asked}`)
      const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
      const first = await reader.read()
      await reader.cancel()
      return first.value ?? ''
    }, since)
  await expect.poll(async () => firstOf(beforeMs)).toContain('data: {"topic"')
  expect(await firstOf(Date.now() + 60_000)).toBe('retry: 2000\n\n')
})

test('an admin tries a rule on the stored events, and switches it off and on; a responder only tries it', async ({ as }) => {
  const lena = await as('Lena Fischer')
  await lena.goto('/findings/rules')
  await expectAccessible(lena)
  await lena.getByRole('link', { name: /root/i }).first().click()
  await lena.getByLabel('Events of the last').selectOption('30')
  await expect(lena.getByRole('status').filter({ hasText: /stored events?\./ })).toBeVisible()
  await expectAccessible(lena)
  await lena.getByRole('button', { name: 'Switch off' }).click()
  await expect(lena.getByRole('button', { name: 'Switch on' })).toBeVisible()
  const rosa = await as('Rosa Diaz')
  await rosa.goto(new URL(lena.url()).pathname)
  await expect(rosa.getByText('Off', { exact: true })).toBeVisible()
  await expect(rosa.getByRole('button', { name: /^Switch/ })).toHaveCount(0)
  await lena.getByRole('button', { name: 'Switch on' }).click()
  await expect(lena.getByRole('button', { name: 'Switch off' })).toBeVisible()
})
