import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { accounts, cardProcessorKey } from '#lib/local/demo/organisation.ts'
import { noteSecret } from './facts.ts'
import { expect, expectAccessible, test } from './fixtures.ts'
import { decide } from './journeys.ts'

type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
const RoleArn = `arn:aws:iam::${accounts.paymentsProd}:role/latchkey/card-processor`
const vendor: Keys = { accessKeyId: cardProcessorKey.id, secretAccessKey: cardProcessorKey.secret }

/** The vendor, with a key of its own account, as it would from its own scripts. */
async function takeOn(endpoint: string, ExternalId: string): Promise<Keys | null> {
  const sts = new STSClient({ endpoint, region: 'us-east-1', credentials: vendor, maxAttempts: 1 })
  const answer = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'settlement', ExternalId })).catch((error: unknown) => {
    if ((error as Error).name !== 'AccessDenied') throw error
    return null
  })
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = answer?.Credentials ?? {}
  if (answer) noteSecret(SecretAccessKey, SessionToken)
  return answer && { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
}

const reads = (endpoint: string, keys: Keys | null): Promise<boolean> =>
  new S3Client({ endpoint, region: 'eu-central-1', credentials: keys!, forcePathStyle: true, maxAttempts: 1 }).send(new ListObjectsV2Command({ Bucket: 'northwind-invoices' })).then(
    () => true,
    (error: Error) => {
      if (error.name !== 'AccessDenied') throw error
      return false
    },
  )

test('a vendor is let into its role by an approval, with an external id that only the holder sees, and is out when the holder ends it', async ({ as, facts }) => {
  const [maya, ana] = [await as('Maya Chen'), await as('Ana Kovac')]
  await maya.goto('/request?profile=card-processor')
  await expect(maya.getByText(`A vendor uses this, not you: AWS account ${accounts.cardProcessor} may take on the role`)).toBeVisible()
  await expectAccessible(maya)
  await maya.getByLabel('What do you need it for?').fill('The processor disputes the settlement of Friday, they compare it with our invoices')
  await maya.getByLabel(/Ticket/).fill('SET-12')
  await maya.getByRole('button', { name: 'Send request' }).click()
  await maya.waitForURL(/\/requests\/[0-9a-f-]{36}$/)
  const requestId = maya.url().split('/').at(-1) ?? ''
  expect(await takeOn(facts.awsUrl, 'a-guess')).toBeNull()

  expect(await decide(ana, requestId, 'approve')).toBe('ok')
  const entry = maya.getByRole('region', { name: 'For the vendor' })
  await expect(entry.getByText('as often as it needs until the end')).toBeVisible()
  await expect(entry.getByText(RoleArn)).toBeVisible()
  await entry.getByRole('button', { name: 'Copy the external ID' }).click()
  const externalId = await maya.evaluate(() => navigator.clipboard.readText())
  await expect(entry.getByText(externalId)).toBeVisible()
  await expect(maya.getByRole('link', { name: 'Get credentials' })).toHaveCount(0)
  await expectAccessible(maya)
  await ana.goto(`/requests/${requestId}`)
  await expect(ana.getByText('Shown to the holder of this grant and to admins.')).toBeVisible()
  expect(await ana.content()).not.toContain(externalId)

  expect(await takeOn(facts.awsUrl, 'a-guess')).toBeNull()
  const session = await takeOn(facts.awsUrl, externalId)
  expect(await reads(facts.awsUrl, session)).toBe(true)

  await maya.goto('/')
  await maya.getByRole('listitem').filter({ hasText: 'Card processor' }).getByRole('link', { name: 'For the vendor' }).click()
  await maya.waitForURL(/\/requests\//)
  await maya.getByRole('button', { name: 'End now' }).click()
  await maya.getByRole('button', { name: 'End my access now' }).click()
  const ended = maya.getByRole('region', { name: 'How it ended' })
  await expect(ended.getByText('Denied since')).toBeVisible({ timeout: 15_000 })
  await expect(ended.getByText('Last session dies at')).toBeVisible()
  await maya.reload()
  await expectAccessible(maya)
  expect([await reads(facts.awsUrl, session), await takeOn(facts.awsUrl, externalId)]).toEqual([false, null])
})
