import type { LocalOrganisation } from './seed.ts'
import type { SeedPolicy } from './seed-policy.ts'

/** The organisation that the contract tests of the local AWS run against. Its keys are made up and good nowhere else. */
export const home = '111111111111'
export const other = '222222222222'
export const portalKey = { accessKeyId: 'AKIALOCALPORTAL00001', secretAccessKey: 'portal-secret-for-the-local-aws-only' }
export const adminKey = { accessKeyId: 'AKIALOCALADMIN000001', secretAccessKey: 'admin-secret-for-the-local-aws-only' }
export const otherAdminKey = { accessKeyId: 'AKIALOCALOTHER000001', secretAccessKey: 'other-secret-for-the-local-aws-only' }
export const roleArn = (name: string, accountId = home): string => `arn:aws:iam::${accountId}:role/${name}`

export const policy = (...statements: Readonly<Record<string, unknown>>[]): SeedPolicy => ({ Version: '2012-10-17', Statement: statements })
export const allow = (action: string | readonly string[], resource: string | readonly string[] = '*') => ({ Effect: 'Allow', Action: action, Resource: resource })
export const trust = (principal: Readonly<Record<string, unknown>>, action: string | readonly string[] = 'sts:AssumeRole', condition?: Readonly<Record<string, unknown>>) =>
  policy({ Effect: 'Allow', Principal: principal, Action: action, ...(condition && { Condition: condition }) })

const byHome = { AWS: `arn:aws:iam::${home}:root` }
const everything = ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession']

export const testOrganisation: LocalOrganisation = {
  accounts: [
    {
      id: home,
      name: 'Sandbox',
      alias: 'example-sandbox',
      users: [
        { name: 'admin', managed: ['arn:aws:iam::aws:policy/AdministratorAccess'], keys: [{ id: adminKey.accessKeyId, secret: adminKey.secretAccessKey }] },
        { name: 'portal', inline: { assume: policy(allow(everything)) }, keys: [{ id: portalKey.accessKeyId, secret: portalKey.secretAccessKey }] },
      ],
      roles: [
        { name: 'reader', trust: trust(byHome, everything), managed: ['arn:aws:iam::aws:policy/ReadOnlyAccess'], inline: { assume: policy(allow(everything)) }, maxSessionDuration: 14_400, tags: { team: 'data' } },
        { name: 'second', trust: trust(byHome, everything), inline: { read: policy(allow(['s3:*', ...everything])) }, maxSessionDuration: 43_200 },
        { name: 'plain', trust: trust(byHome), inline: { read: policy(allow('s3:ListAllMyBuckets')) } },
        { name: 'vendor', trust: trust(byHome, 'sts:AssumeRole', { StringEquals: { 'sts:ExternalId': 'ticket-42' } }) },
        { name: 'named', path: '/latchkey/', trust: trust({ AWS: `arn:aws:iam::${home}:user/portal` }, 'sts:AssumeRole', { StringLike: { 'sts:RoleSessionName': 'g-*' } }) },
        { name: 'closed', trust: trust({ AWS: `arn:aws:iam::${other}:root` }) },
      ],
    },
    {
      id: other,
      name: 'Production',
      users: [{ name: 'admin', managed: ['arn:aws:iam::aws:policy/AdministratorAccess'], keys: [{ id: otherAdminKey.accessKeyId, secret: otherAdminKey.secretAccessKey }] }],
      roles: [
        { name: 'operator', trust: trust(byHome, everything), managed: ['arn:aws:iam::aws:policy/AmazonEC2FullAccess'] },
        { name: 'back', trust: trust(byHome, everything) },
      ],
    },
  ],
  buckets: [
    { name: 'example-reports', accountId: home, objects: { 'report.csv': 'a,b\n1,2\n' } },
  ],
}
