import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { one } from './database.ts'
import { stackFacts } from './facts.ts'
import { expect, expectAnnounced, openLive, test } from './fixtures.ts'
import { openGrant, revealQuietly } from './journeys.ts'

test('the dashboard shows who is inside and what they called, by itself, and a responder cuts it off with a reason its holder reads', async ({ as }) => {
  const [maya, ana, rosa] = [await as('Maya Chen'), await as('Ana Kovac'), await as('Rosa Diaz')]
  const { requestId, grantId } = await openGrant(maya, ana, 'payments-prod-read', { justification: 'Visible on the dashboard while it runs' })
  await openLive(rosa, '/dashboard')
  const credentials = await revealQuietly(maya, grantId)
  const row = rosa.getByRole('region', { name: 'Sessions' }).getByRole('row').filter({ hasText: 'Visible on the dashboard' })
  await expect(row).toContainText('Maya Chen')
  const ec2 = new EC2Client({ region: 'eu-central-1', endpoint: stackFacts().awsUrl, credentials })
  await ec2.send(new DescribeRegionsCommand({}))
  await expect(row.getByRole('img', { name: /in all [1-9]\d* calls?/ })).toBeVisible({ timeout: 30_000 })

  await rosa.goto(`/requests/${requestId}`)
  await rosa.getByRole('button', { name: 'Revoke' }).click()
  const dialog = rosa.getByRole('dialog')
  await expect(dialog).toContainText('Those already taken are cut off in AWS')
  await dialog.getByLabel('Reason').fill('no')
  await dialog.getByRole('button', { name: 'Revoke now' }).click()
  await expect(dialog.getByRole('alert').filter({ hasText: 'Say why you revoke this grant' })).toBeVisible()
  await expect(dialog.getByLabel('Reason')).toHaveValue('no')
  await dialog.getByLabel('Reason').fill('The incident is over')
  await dialog.getByRole('button', { name: 'Revoke now' }).click()
  await expectAnnounced(rosa, /^Ended\. No new credentials/)
  expect(await one(`SELECT "endReason"::text AS how, "endNote" AS note FROM "grant" WHERE id = $1`, [grantId])).toEqual({ how: 'revoked', note: 'The incident is over' })
  // The credentials in her hands are denied, and both see that AWS was seen to do so.
  await expect(rosa.getByText('Denied since', { exact: true })).toBeVisible({ timeout: 30_000 })
  await expect(ec2.send(new DescribeRegionsCommand({}))).rejects.toHaveProperty('name', 'UnauthorizedOperation')
  await maya.goto(`/requests/${requestId}`)
  await expect(maya.getByText('The incident is over')).toBeVisible()
})
