import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2'
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam'
import { one } from './database.ts'
import { expect, expectAccessible, test } from './fixtures.ts'
import { type Credentials, openGrant, revealQuietly } from './journeys.ts'
import { callAction, outcomeOf } from './server-actions.ts'

const profile = 'payments-prod-read'

test('who used a profile before can ask for only that, the approver sees it, and AWS refuses the rest', async ({ as, facts }) => {
  const [maya, ana] = [await as('Maya Chen'), await as('Ana Kovac')]
  const settings = (credentials: Credentials) => ({ region: 'eu-central-1', endpoint: facts.awsUrl, maxAttempts: 1, credentials })
  const first = await openGrant(maya, ana, profile)
  await new EC2Client(settings(await revealQuietly(maya, first.grantId))).send(new DescribeInstancesCommand({}))
  await expect.poll(async () => (await one(`SELECT count(*)::int AS count FROM trail_event WHERE "grantId" = $1 AND "eventName" = 'DescribeInstances'`, [first.grantId])).count, { timeout: 30_000, intervals: [500] }).toBe(1)

  await maya.goto(`/request?profile=${profile}`)
  const choice = maya.getByRole('checkbox', { name: 'Only what you used last time' })
  await expect(choice).toHaveAccessibleDescription(/1 action of EC2/)
  await maya.getByText('What that is').click()
  await expect(maya.getByText(/does not show it: reading and writing objects in S3/)).toBeVisible()
  await maya.getByText('The policy itself').click()
  await expect(maya.getByLabel('The policy itself')).toContainText('"ec2:DescribeInstances"')
  await expectAccessible(maya)
  await choice.check()
  await maya.getByLabel('What do you need it for?').fill('The same list of instances as yesterday')
  await maya.getByRole('button', { name: 'Send request' }).click()
  await maya.waitForURL(/\/requests\/[0-9a-f-]{36}$/)
  await expect(maya.getByRole('heading', { name: 'Only what was used last time' })).toBeVisible()
  const requestId = maya.url().split('/').at(-1)

  await ana.goto(`/approvals?selected=${requestId}`)
  await expect(ana.getByRole('heading', { name: 'Only what was used last time' })).toBeVisible()
  await expect(ana.getByText('Lower: it keeps to what they used last time, 1 action of 1 service.')).toBeVisible()
  await expectAccessible(ana)
  await ana.getByRole('button', { name: /^Approve for/ }).click()
  await expect.poll(async () => (await one(`SELECT coalesce((SELECT state::text FROM "grant" WHERE "requestId" = $1), '') AS state`, [requestId])).state, { intervals: [200] }).toBe('active')

  const { id } = await one<{ id: string }>(`SELECT id FROM "grant" WHERE "requestId" = $1`, [requestId])
  const credentials = await revealQuietly(maya, id)
  await expect(new EC2Client(settings(credentials)).send(new DescribeInstancesCommand({}))).resolves.toBeDefined()
  await expect(new IAMClient(settings(credentials)).send(new ListRolesCommand({}))).rejects.toHaveProperty('name', 'AccessDenied')

  const lena = await as('Lena Fischer')
  await lena.goto(`/catalogue/${profile}`)
  await expect(lena.getByRole('heading', { name: 'Smaller scope, from use' })).toBeVisible()
  await lena.getByText('The scope for the catalogue').click()
  await expect(lena.getByLabel('The scope for the catalogue')).toContainText('"ec2:DescribeInstances"')
  await expectAccessible(lena)
})

test('the choice is not there without use of one’s own, and what a client sends as its scope is not read', async ({ as }) => {
  const tom = await as('Tom Becker')
  await tom.goto('/request?profile=sandbox-builder')
  await expect(tom.getByLabel('What do you need it for?')).toBeVisible()
  await expect(tom.getByRole('checkbox', { name: 'Only what you used last time' })).toHaveCount(0)
  const fields = { profile: 'sandbox-builder', minutes: '30', justification: 'Trying to bring a scope of my own along', ticket: 'OPS-77', onlyUsed: 'yes', narrowed: '{"scope":[{"actions":["*"],"resources":["*"]}]}', scope: '*' }
  expect(outcomeOf(await callAction(tom, 'createRequestAction', { fields }))).toBe('nothing_used')
})
