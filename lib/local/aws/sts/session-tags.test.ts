import { ListBucketsCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLocalAws, type LocalAws } from '../server/start.ts'
import { clientsOf, sessionOf, type Keys } from '../test-clients.ts'
import { allow, home, policy, roleArn, testOrganisation, trust } from '../test-organisation.ts'

const both = ['sts:AssumeRole', 'sts:TagSession']
const byTag = policy({ ...allow('s3:ListAllMyBuckets'), Condition: { StringEquals: { 'aws:PrincipalTag/latchkey:grant': 'g-1' } } }, allow(both))
const fixedKeys = { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['latchkey:grant'] }, StringLike: { 'aws:RequestTag/latchkey:grant': 'g-*' } }
const byHome = { AWS: `arn:aws:iam::${home}:root` }

describe('Session tags', () => {
  let aws: LocalAws
  beforeAll(async () => {
    const [first, ...rest] = testOrganisation.accounts
    const roles = [
      ...first!.roles!,
      { name: 'tagged', trust: trust(byHome, both, fixedKeys), inline: { list: byTag } },
      { name: 'next', trust: trust(byHome, both), inline: { list: byTag } },
    ]
    aws = await startLocalAws({ seed: { accounts: [{ ...first!, roles }, ...rest] } })
  })
  afterAll(() => aws.close())

  const list = (keys: Keys) => clientsOf(aws, keys).s3.send(new ListBucketsCommand({}))
  const tags = (value: string, key = 'latchkey:grant') => [{ Key: key, Value: value }]

  it('are what the trust policy asks for by aws:TagKeys and aws:RequestTag', async () => {
    const RoleArn = roleArn('tagged')
    await expect(sessionOf(aws, { RoleArn })).rejects.toMatchObject({ name: 'AccessDenied' })
    await expect(sessionOf(aws, { RoleArn, Tags: tags('other') })).rejects.toMatchObject({ name: 'AccessDenied' })
    await expect(sessionOf(aws, { RoleArn, Tags: [...tags('g-1'), ...tags('x', 'team')] })).rejects.toMatchObject({ name: 'AccessDenied' })
    await expect(sessionOf(aws, { RoleArn, Tags: tags('g-1') })).resolves.toBeDefined()
  })

  it('decide by aws:PrincipalTag what the session may do', async () => {
    await expect(list(await sessionOf(aws, { RoleArn: roleArn('next'), Tags: tags('g-1') }))).resolves.toBeDefined()
    await expect(list(await sessionOf(aws, { RoleArn: roleArn('next'), Tags: tags('g-2') }))).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  it('go on through a chain only when transitive, and then cannot be changed', async () => {
    const plain = await sessionOf(aws, { RoleArn: roleArn('tagged'), Tags: tags('g-1') })
    await expect(list(await sessionOf(aws, { RoleArn: roleArn('next') }, plain))).rejects.toMatchObject({ name: 'AccessDenied' })
    const transitive = await sessionOf(aws, { RoleArn: roleArn('tagged'), Tags: tags('g-1'), TransitiveTagKeys: ['latchkey:grant'] })
    await expect(list(await sessionOf(aws, { RoleArn: roleArn('next') }, transitive))).resolves.toBeDefined()
    await expect(sessionOf(aws, { RoleArn: roleArn('next'), Tags: tags('g-2') }, transitive)).rejects.toMatchObject({ name: 'InvalidParameterValue' })
  })
})
