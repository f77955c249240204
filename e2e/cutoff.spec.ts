import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { stackFacts } from './facts.ts'
import { expect, expectAccessible, expectAnnounced, test } from './fixtures.ts'
import { openGrant, revealQuietly } from './journeys.ts'

test('a responder reads whom it hits, cuts off everyone in a role with a reason, and sees AWS deny it; new credentials work', async ({ as }) => {
  const [maya, ana, rosa] = [await as('Maya Chen'), await as('Ana Kovac'), await as('Rosa Diaz')]
  const { requestId, grantId } = await openGrant(maya, ana, 'payments-prod-read')
  const works = (credentials: Awaited<ReturnType<typeof revealQuietly>>) => new EC2Client({ region: 'eu-central-1', endpoint: stackFacts().awsUrl, credentials }).send(new DescribeRegionsCommand({}))
  const first = await revealQuietly(maya, grantId)
  await works(first)
  await maya.goto(`/requests/${requestId}`)
  await expect(maya.getByRole('button', { name: 'Cut off everyone in this role' })).toHaveCount(0)
  await rosa.goto(`/requests/${requestId}`)
  await rosa.getByRole('button', { name: 'Cut off everyone in this role' }).click()
  const dialog = rosa.getByRole('dialog')
  await expect(dialog).toContainText(/lose[s]? live credentials now/)
  await expect(dialog.getByRole('listitem').filter({ hasText: 'Maya Chen' })).toBeVisible()
  await expect(dialog).toContainText('that the portal does not know are hit too')
  await expectAccessible(rosa)
  await dialog.getByLabel('Reason').fill('A laptop was stolen')
  await dialog.getByRole('button', { name: 'Cut off everyone now' }).click()
  await expectAnnounced(rosa, /issued until now, are to be denied/)
  await expect(rosa.getByText('Everybody cut off since', { exact: true })).toBeVisible({ timeout: 30_000 })
  await expect(works(first)).rejects.toHaveProperty('name', 'UnauthorizedOperation')
  await works(await revealQuietly(maya, grantId))
})
