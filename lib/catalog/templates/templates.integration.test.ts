import { readFileSync } from 'node:fs'
import { DeleteObjectCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mintLease } from '#lib/grants/mint-lease.ts'
import { applyTemplate } from '#lib/local/aws/cloudformation/apply.ts'
import { type LocalAws, startLocalAws } from '#lib/local/aws/server/start.ts'
import { accounts } from '#lib/local/demo/organisation.ts'
import { agreeTo } from '#lib/local/test/agreed-catalog.ts'
import { type Slice, startSlice } from '#lib/local/test/slice.ts'
import { parseCatalog } from '../parse-catalog.ts'
import { hubTemplate } from './hub.ts'
import { memberTemplate } from './member.ts'

const names = { managedRolePath: '/latchkey/', memberReaderRole: 'latchkey/latchkey-reader', memberRevokerRole: 'latchkey/latchkey-revoker' }
const portal = { accessKeyId: 'AKIAPORTALPORTAL0000', secretAccessKey: 'secret-of-the-portal' }

/** One role of the catalogue also demands an external id. */
const source = readFileSync('lib/local/demo/catalog.yaml', 'utf8').replace('role: latchkey/data-analyst\n', 'role: latchkey/data-analyst\n      externalId: northwind-7\n')
const parsed = parseCatalog(source)
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
const { catalog } = parsed

let slice: Slice
let aws: LocalAws
const before = { ...process.env }

/** A company's AWS before Latchkey: accounts with an administrator each, one user that the portal runs as, nothing else. */
beforeAll(async () => {
  slice = await startSlice()
  const administrator = (id: string) => {
    const { accessKeyId, secretAccessKey } = slice.administrator(id)
    return { name: 'administrator', managed: ['arn:aws:iam::aws:policy/AdministratorAccess'], keys: [{ id: accessKeyId, secret: secretAccessKey }] }
  }
  aws = await startLocalAws({
    clock: slice.clock,
    seed: {
      accounts: [
        { id: accounts.hub, name: 'hub', users: [administrator(accounts.hub), { name: 'portal', keys: [{ id: portal.accessKeyId, secret: portal.secretAccessKey }] }] },
        ...catalog.accounts.map(({ id, name }) => ({ id, name, users: [administrator(id)], secrets: [{ name: 'key', value: 'hush' }] })),
      ],
      buckets: [{ name: 'northwind-warehouse', accountId: accounts.dataStaging, objects: { 'orders.csv': 'id' } }],
    },
  })
  const context = (accountId: string) => ({ accountId, region: 'us-east-1', parameters: { PortalPrincipalArn: `arn:aws:iam::${accounts.hub}:user/portal`, HubAccountId: accounts.hub } })
  await applyTemplate(aws.url, slice.administrator(accounts.hub), hubTemplate(catalog, names), context(accounts.hub))
  for (const account of catalog.accounts) {
    const made = memberTemplate(catalog, account, names)
    if (!made.ok) throw new Error(JSON.stringify(made.problems))
    await applyTemplate(aws.url, slice.administrator(account.id), made.template, context(account.id))
  }
  Object.assign(process.env, { AWS_ENDPOINT_URL: aws.url, AWS_ACCESS_KEY_ID: portal.accessKeyId, AWS_SECRET_ACCESS_KEY: portal.secretAccessKey })
  slice.reconnect()
  await agreeTo(slice.deps.db, catalog, slice.clock.now())
})
afterAll(async () => {
  process.env = before
  await aws.close()
  await slice.close()
})

test('after the templates nothing more is needed: asked, approved, activated, minted, and AWS allows what the profile says and no more', async () => {
  const maya = await slice.viewer('maya', ['engineering', 'data'])
  const grantId = await slice.activeGrant(maya, 'data-staging-analyst')
  const minted = await mintLease(slice.deps, maya, grantId, 'reveal')
  if (!minted.ok) throw new Error(minted.message)
  const { accessKeyId, secretAccessKey, sessionToken } = minted.lease.credentials
  const settings = { region: 'us-east-1', credentials: { accessKeyId, secretAccessKey, sessionToken } }
  const s3 = new S3Client({ ...settings, forcePathStyle: true })
  expect((await s3.send(new ListBucketsCommand({}))).Buckets).toHaveLength(1)
  await expect(s3.send(new DeleteObjectCommand({ Bucket: 'northwind-warehouse', Key: 'orders.csv' }))).rejects.toMatchObject({ name: 'AccessDenied' })
  await expect(new SecretsManagerClient(settings).send(new GetSecretValueCommand({ SecretId: 'key' }))).rejects.toMatchObject({ name: 'AccessDeniedException' })
})

test('the issuer sends the external id that a role demands: a catalogue without it gets nothing', async () => {
  const without = { ...catalog, profiles: catalog.profiles.map((profile) => ({ ...profile, access: { ...profile.access, externalId: undefined } })) }
  await agreeTo(slice.deps.db, without, slice.clock.now())
  const maya = await slice.viewer('maya', ['engineering', 'data'])
  await expect(slice.activeGrant(maya, 'data-staging-analyst')).rejects.toThrow(/The grant is failed: AccessDenied/)
})
