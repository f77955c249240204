import type { LocalOrganisation, SeedPolicy, SeedRole } from '../aws/seed.ts'

/** The accounts of Northwind, the demo's company. The hub is where the portal's own roles live. */
export const accounts = { hub: '210987654321', paymentsProd: '301122334455', dataStaging: '402233445566', sandbox: '503344556677' } as const

const role = (accountId: string, path: string): string => `arn:aws:iam::${accountId}:role/${path}`
export const portalRoleArn = role(accounts.hub, 'latchkey/latchkey-portal')
export const issuerRoleArn = role(accounts.hub, 'latchkey/latchkey-issuer')
export const readerRoleArn = role(accounts.hub, 'latchkey/latchkey-hub-reader')

type Statement = Readonly<Record<string, unknown>>
const policy = (...Statement: Statement[]): SeedPolicy => ({ Version: '2012-10-17', Statement })
const allow = (Action: string | string[], Resource: string | string[] = '*'): Statement => ({ Effect: 'Allow', Action, Resource })
const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess'

const trustedBy = (principal: string, actions: string[]): SeedPolicy => policy({ Effect: 'Allow', Principal: { AWS: principal }, Action: actions })

/** Managed roles are assumed by the issuer alone, and only with a source identity and Latchkey's own session tags. */
const managedTrust: SeedPolicy = policy(
  { Effect: 'Allow', Principal: { AWS: issuerRoleArn }, Action: 'sts:AssumeRole', Condition: { Null: { 'sts:SourceIdentity': 'false' } } },
  { Effect: 'Allow', Principal: { AWS: issuerRoleArn }, Action: ['sts:SetSourceIdentity', 'sts:TagSession'] },
)
const managed = (name: string, rest: Omit<SeedRole, 'name' | 'trust' | 'path'>): SeedRole => ({
  name,
  path: '/latchkey/',
  trust: managedTrust,
  maxSessionDuration: 14_400,
  tags: { 'latchkey:managed': 'true' },
  ...rest,
})
const memberReader: SeedRole = {
  name: 'latchkey-reader',
  path: '/latchkey/',
  trust: trustedBy(readerRoleArn, ['sts:AssumeRole']),
  inline: { read: policy(allow(['iam:Get*', 'iam:List*', 'cloudtrail:LookupEvents', 'cloudtrail:DescribeTrails', 'cloudtrail:GetTrailStatus'])) },
}

/** What the demo's AWS starts with. `webIdentity` is the issuer and keys of the token that the portal process signs in with. */
export function demoOrganisation(webIdentity: { issuer: string; jwks: { keys: readonly Readonly<Record<string, unknown>>[] } }): LocalOrganisation {
  return {
    accounts: [hub(webIdentity), paymentsProd(), dataStaging(), sandbox()],
    buckets: [
      { name: 'northwind-invoices', accountId: accounts.paymentsProd, region: 'eu-central-1', objects: { '2026/11/inv-1041.json': '{"total":129.9}', '2026/11/inv-1042.json': '{"total":18}' } },
      { name: 'northwind-disputes', accountId: accounts.paymentsProd, region: 'eu-central-1', objects: { 'open/case-77.txt': 'Card not present, disputed.' } },
      { name: 'northwind-warehouse', accountId: accounts.dataStaging, objects: { 'orders/2026-11-01.csv': 'id,total\n1,9\n', 'exports/weekly.csv': 'week,orders\n46,812\n' } },
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
        inline: { identities: policy(allow('sts:AssumeRole', [issuerRoleArn, readerRoleArn])) },
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
        inline: { read: policy(allow('sts:AssumeRole', 'arn:aws:iam::*:role/latchkey/latchkey-reader')) },
      },
    ],
  }
}

function paymentsProd(): LocalOrganisation['accounts'][number] {
  const operate = [
    allow(['ec2:Describe*', 'ec2:StartInstances', 'ec2:StopInstances', 'logs:Get*', 'logs:FilterLogEvents']),
    allow(['s3:ListAllMyBuckets', 's3:ListBucket', 's3:GetObject', 's3:PutObject'], '*'),
    allow(['secretsmanager:ListSecrets', 'secretsmanager:DescribeSecret']),
  ]
  return {
    id: accounts.paymentsProd,
    name: 'payments-prod',
    policies: [{ name: 'payments-operate-boundary', path: '/latchkey/', document: policy(...operate) }],
    roles: [
      memberReader,
      managed('payments-read', { managed: [readOnly] }),
      managed('payments-operate', { inline: { operate: policy(...operate) }, boundary: 'payments-operate-boundary' }),
      managed('payments-admin', { managed: ['arn:aws:iam::aws:policy/AdministratorAccess'], maxSessionDuration: 3_600 }),
      managed('payments-reconcile', { inline: { reconcile: policy(allow(['s3:ListBucket', 's3:GetObject'], ['arn:aws:s3:::northwind-invoices', 'arn:aws:s3:::northwind-invoices/*']), allow('s3:ListAllMyBuckets')) } }),
      managed('acquirer-support', { inline: { disputes: policy(allow(['s3:ListBucket', 's3:GetObject'], ['arn:aws:s3:::northwind-disputes', 'arn:aws:s3:::northwind-disputes/*']), allow('ec2:DescribeRegions')) } }),
    ],
    secrets: [{ name: 'payments/acquirer-key', value: 'not-a-real-key', region: 'eu-central-1' }],
    instances: [
      { name: 'ledger-1', region: 'eu-central-1', type: 'm7g.large' },
      { name: 'gateway-1', region: 'eu-central-1', type: 'c7g.large' },
    ],
    trails: [{ name: 'northwind-org', bucket: 'northwind-trail' }],
  }
}

function dataStaging(): LocalOrganisation['accounts'][number] {
  const warehouse = ['arn:aws:s3:::northwind-warehouse', 'arn:aws:s3:::northwind-warehouse/*']
  return {
    id: accounts.dataStaging,
    name: 'data-staging',
    roles: [
      memberReader,
      managed('data-analyst', { inline: { read: policy(allow(['s3:ListAllMyBuckets', 'ec2:DescribeRegions']), allow(['s3:ListBucket', 's3:GetObject'], warehouse)) } }),
      managed('data-engineer', { inline: { work: policy(allow(['s3:ListAllMyBuckets', 'ec2:Describe*', 'glue:*', 'athena:*']), allow('s3:*', warehouse)) } }),
      managed('data-export', { inline: { export: policy(allow('s3:ListAllMyBuckets'), allow(['s3:GetObject', 's3:ListBucket'], ['arn:aws:s3:::northwind-warehouse', 'arn:aws:s3:::northwind-warehouse/exports/*'])) } }),
      managed('warehouse-vendor', { inline: { read: policy(allow('s3:ListAllMyBuckets'), allow(['s3:ListBucket', 's3:GetObject'], warehouse)) } }),
    ],
    trails: [{ name: 'northwind-org', bucket: 'northwind-trail' }],
  }
}

function sandbox(): LocalOrganisation['accounts'][number] {
  return {
    id: accounts.sandbox,
    name: 'sandbox',
    roles: [
      memberReader,
      managed('sandbox-admin', { managed: ['arn:aws:iam::aws:policy/AdministratorAccess'] }),
      managed('sandbox-builder', { managed: ['arn:aws:iam::aws:policy/PowerUserAccess'] }),
      managed('sandbox-ci', { inline: { ci: policy(allow(['s3:*', 'ec2:Describe*'])) } }),
    ],
    secrets: [{ name: 'sandbox/demo-token', value: 'not-a-real-token' }],
    instances: [{ name: 'playground', type: 't4g.small' }],
    trails: [{ name: 'northwind-org', bucket: 'northwind-trail' }],
  }
}
