import { readFileSync } from 'node:fs'
import { parseCatalog } from '#lib/catalog/parse-catalog.ts'
import { memberTemplate } from '#lib/catalog/templates/member.ts'
import { type SeedOwnPolicy, seedFromTemplate } from '../aws/cloudformation/seed-from-template.ts'
import { personas } from '../oidc/personas.ts'
import type { LocalOrganisation, SeedRole } from '../aws/seed.ts'
import type { SeedPolicy } from '../aws/seed-policy.ts'

/** The accounts of Northwind, the demo's company. The hub is where the portal's own roles live; it manages Identity Center for the management account. */
export const accounts = { management: '109876543210', hub: '210987654321', paymentsProd: '301122334455', dataStaging: '402233445566', sandbox: '503344556677', cardProcessor: '604455667788' } as const

/** The one user of the card processor's account, which is not Northwind's: a vendor that a grant lets in. */
export const cardProcessorKey = { id: 'AKIACARDPROCESSOR000', secret: 'not-a-real-secret-of-the-card-processor' } as const

const role = (accountId: string, path: string): string => `arn:aws:iam::${accountId}:role/${path}`
/** Where the demo's record is anchored, beside its file. */
export const recordBucket = 'northwind-record'
export const portalRoleArn = role(accounts.hub, 'latchkey/latchkey-portal')
export const issuerRoleArn = role(accounts.hub, 'latchkey/latchkey-issuer')
export const readerRoleArn = role(accounts.hub, 'latchkey/latchkey-hub-reader')
export const revokerRoleArn = role(accounts.hub, 'latchkey/latchkey-hub-revoker')
export const assignerRoleArn = role(accounts.hub, 'latchkey/latchkey-hub-assigner')

/** Where all trails deliver; the reader of one account reads it, and a queue of that account is told of new files. */
export const trailName = 'northwind-org'
export const trailBucket = 'northwind-trail'
export const trailQueue = 'northwind-trail'
const trailQueueArn = `arn:aws:sqs:us-east-1:${accounts.paymentsProd}:${trailQueue}`
const readerOf = (accountId: string): string => role(accountId, 'latchkey/latchkey-reader')

type Statement = Readonly<Record<string, unknown>>
const policy = (...Statement: Statement[]): SeedPolicy => ({ Version: '2012-10-17', Statement })
const allow = (Action: string | string[], Resource: string | string[] = '*'): Statement => ({ Effect: 'Allow', Action, Resource })

const trustedBy = (principal: string, actions: string[]): SeedPolicy => policy({ Effect: 'Allow', Principal: { AWS: principal }, Action: actions })

/** As the trail template lets a reader of another account in. */
const readableBy = (principal: string): SeedPolicy =>
  policy({ Effect: 'Allow', Principal: { AWS: principal }, Action: ['s3:ListBucket', 's3:GetObject'], Resource: [`arn:aws:s3:::${trailBucket}`, `arn:aws:s3:::${trailBucket}/*AWSLogs/*`] })

/** What the managed roles are called and where: the portal's defaults. */
const names = { managedRolePath: '/latchkey/', memberReaderRole: 'latchkey/latchkey-reader', memberRevokerRole: 'latchkey/latchkey-revoker' }

/** An account's roles are what the template for it makes of the catalogue, so that the demo runs on what a company would apply. */
function fromTemplate(accountId: string, parameters: Record<string, string> = {}): { roles: SeedRole[]; policies: SeedOwnPolicy[] } {
  const parsed = parseCatalog(readFileSync(new URL('catalog.yaml', import.meta.url), 'utf8'))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const account = parsed.catalog.accounts.find(({ id }) => id === accountId)
  const made = account && memberTemplate(parsed.catalog, account, names)
  if (!made?.ok) throw new Error(JSON.stringify(made?.problems ?? `no account ${accountId}`))
  return seedFromTemplate(made.template, { accountId, region: 'us-east-1', parameters: { HubAccountId: accounts.hub, ...parameters } })
}

/** Nested units over the accounts, and what no account may do whoever allows it. */
const tree: NonNullable<LocalOrganisation['organization']> = {
  managementAccountId: accounts.management,
  delegatedAdministrators: [accounts.hub],
  outsiders: [accounts.cardProcessor],
  policies: { 'stay-in-the-organisation': policy({ Effect: 'Deny', Action: 'organizations:LeaveOrganization', Resource: '*' }) },
  units: [
    { name: 'Infrastructure', accounts: [accounts.hub] },
    {
      name: 'Workloads',
      units: [
        { name: 'Production', accounts: [accounts.paymentsProd], policies: { 'keep-the-trails': policy({ Effect: 'Deny', Action: ['cloudtrail:DeleteTrail', 'cloudtrail:StopLogging'], Resource: '*' }) } },
        { name: 'Staging', accounts: [accounts.dataStaging] },
      ],
    },
    { name: 'Sandbox', accounts: [accounts.sandbox] },
  ],
}

const identityCenter: NonNullable<LocalOrganisation['identityCenter']> = {
  permissionSets: [
    { name: 'ReadOnly', description: 'Look at everything, change nothing', sessionMinutes: 60, managed: ['arn:aws:iam::aws:policy/ReadOnlyAccess'], tags: { owner: 'platform' } },
    { name: 'DataAnalyst', description: 'Read the warehouse', sessionMinutes: 120, inline: policy(allow(['s3:ListAllMyBuckets', 's3:ListBucket', 's3:GetObject'])), tags: { owner: 'data' } },
    { name: 'PowerUser', description: 'Everything but IAM', sessionMinutes: 240, managed: ['arn:aws:iam::aws:policy/PowerUserAccess'], tags: { owner: 'platform' } },
  ],
  users: personas.map(({ name, email }) => ({ userName: email, displayName: name, email })),
  groups: [...new Set(personas.flatMap(({ groups }) => groups))].map((group) => ({ displayName: group, members: personas.filter(({ groups }) => groups.includes(group)).map(({ email }) => email) })),
}

/** What the demo's AWS starts with. `webIdentity` is the issuer and keys of the token that the portal process signs in with. */
export function demoOrganisation(webIdentity: { issuer: string; jwks: { keys: readonly Readonly<Record<string, unknown>>[] } }): LocalOrganisation {
  return {
    accounts: [{ id: accounts.management, name: 'northwind-management' }, hub(webIdentity), paymentsProd(), dataStaging(), sandbox(), cardProcessor()],
    organization: tree,
    identityCenter,
    queues: [{ name: trailQueue, accountId: accounts.paymentsProd, policy: policy({ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: trailQueueArn }) }],
    buckets: [
      { name: 'northwind-invoices', accountId: accounts.paymentsProd, region: 'eu-central-1', objects: { '2026/11/inv-1041.json': '{"total":129.9}', '2026/11/inv-1042.json': '{"total":18}' } },
      { name: 'northwind-disputes', accountId: accounts.paymentsProd, region: 'eu-central-1', objects: { 'open/case-77.txt': 'Card not present, disputed.' } },
      { name: 'northwind-warehouse', accountId: accounts.dataStaging, objects: { 'orders/2026-11-01.csv': 'id,total\n1,9\n', 'exports/weekly.csv': 'week,orders\n46,812\n' } },
      { name: trailBucket, accountId: accounts.hub, policy: readableBy(readerOf(accounts.paymentsProd)), notifies: trailQueueArn },
      { name: recordBucket, accountId: accounts.hub, objectLock: true },
      { name: 'northwind-scratch', accountId: accounts.sandbox, objects: { 'hello.txt': 'hello' } },
    ],
  }
}

function hub(webIdentity: { issuer: string; jwks: { keys: readonly Readonly<Record<string, unknown>>[] } }): LocalOrganisation['accounts'][number] {
  const host = webIdentity.issuer.replace(/^https?:\/\//, '')
  return {
    id: accounts.hub,
    name: 'northwind-hub',
    oidcProviders: [{ issuer: webIdentity.issuer, audiences: ['sts.amazonaws.com'], jwks: webIdentity.jwks }],
    roles: [
      {
        name: 'latchkey-portal',
        path: '/latchkey/',
        trust: policy({
          Effect: 'Allow',
          Principal: { Federated: `arn:aws:iam::${accounts.hub}:oidc-provider/${host}` },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: { StringEquals: { [`${host}:sub`]: 'latchkey-portal', [`${host}:aud`]: 'sts.amazonaws.com' } },
        }),
        inline: {
          identities: policy(allow('sts:AssumeRole', [issuerRoleArn, readerRoleArn, revokerRoleArn, assignerRoleArn])),
          record: policy(allow(['s3:PutObject', 's3:PutObjectRetention', 's3:GetObject'], `arn:aws:s3:::${recordBucket}/latchkey/*`), allow('s3:ListBucket', `arn:aws:s3:::${recordBucket}`)),
        },
      },
      {
        name: 'latchkey-issuer',
        path: '/latchkey/',
        trust: trustedBy(portalRoleArn, ['sts:AssumeRole']),
        inline: { issue: policy(allow(['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'], 'arn:aws:iam::*:role/latchkey/*')) },
      },
      {
        name: 'latchkey-hub-reader',
        path: '/latchkey/',
        trust: trustedBy(portalRoleArn, ['sts:AssumeRole']),
        inline: { read: policy(allow('sts:AssumeRole', 'arn:aws:iam::*:role/latchkey/latchkey-reader'), allow(['organizations:Describe*', 'organizations:List*'])) },
      },
      {
        name: 'latchkey-hub-revoker',
        path: '/latchkey/',
        trust: trustedBy(portalRoleArn, ['sts:AssumeRole']),
        inline: { revoke: policy(allow('sts:AssumeRole', 'arn:aws:iam::*:role/latchkey/latchkey-revoker')) },
      },
      {
        name: 'latchkey-hub-assigner',
        path: '/latchkey/',
        trust: trustedBy(portalRoleArn, ['sts:AssumeRole']),
        inline: { assign: policy(allow(['sso:CreateAccountAssignment', 'sso:DeleteAccountAssignment', 'sso:Describe*', 'sso:List*', 'identitystore:GetGroupId', 'identitystore:GetUserId'])) },
      },
    ],
  }
}

function paymentsProd(): LocalOrganisation['accounts'][number] {
  return {
    id: accounts.paymentsProd,
    name: 'payments-prod',
    ...fromTemplate(accounts.paymentsProd, { LogBucketName: trailBucket, LogQueueArn: trailQueueArn }),
    secrets: [{ name: 'payments/acquirer-key', value: 'not-a-real-key', region: 'eu-central-1' }],
    instances: [
      { name: 'ledger-1', region: 'eu-central-1', type: 'm7g.large' },
      { name: 'gateway-1', region: 'eu-central-1', type: 'c7g.large' },
    ],
    trails: [{ name: trailName, bucket: trailBucket }],
  }
}

function dataStaging(): LocalOrganisation['accounts'][number] {
  return {
    id: accounts.dataStaging,
    name: 'data-staging',
    ...fromTemplate(accounts.dataStaging),
    trails: [{ name: trailName, bucket: trailBucket }],
  }
}

function sandbox(): LocalOrganisation['accounts'][number] {
  return {
    id: accounts.sandbox,
    name: 'sandbox',
    ...fromTemplate(accounts.sandbox),
    secrets: [{ name: 'sandbox/demo-token', value: 'not-a-real-token' }],
    instances: [{ name: 'playground', type: 't4g.small' }],
    trails: [{ name: trailName, bucket: trailBucket }],
  }
}

function cardProcessor(): LocalOrganisation['accounts'][number] {
  return {
    id: accounts.cardProcessor,
    name: 'card-processor',
    users: [{ name: 'settlement', inline: { customers: policy(allow('sts:AssumeRole')) }, keys: [{ ...cardProcessorKey }] }],
  }
}
