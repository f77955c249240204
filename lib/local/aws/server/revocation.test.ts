import { CreateRoleCommand, DeleteRoleCommand, DeleteRolePolicyCommand, PutRolePolicyCommand, UpdateAssumeRolePolicyCommand, ListRolesCommand } from '@aws-sdk/client-iam'
import { GetBucketPolicyCommand, GetObjectCommand, ListBucketsCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientsOf, sessionOf, type Keys } from '../test-clients.ts'
import { adminKey, allow, home, other, otherAdminKey, policy, roleArn, testOrganisation, trust } from '../test-organisation.ts'
import { startLocalAws, type LocalAws } from './start.ts'

const text = JSON.stringify
const sessionName = 'g-1'
const report = { Bucket: 'example-reports', Key: 'report.csv' }

describe('The end of access', () => {
  let aws: LocalAws
  beforeEach(async () => {
    aws = await startLocalAws({ seed: testOrganisation })
  })
  afterEach(() => aws.close())

  const refused = { name: 'AccessDenied' }
  const list = (keys: Keys) => clientsOf(aws, keys).s3.send(new ListBucketsCommand({}))
  const read = (keys: Keys) => clientsOf(aws, keys).s3.send(new GetObjectCommand(report))
  const admin = () => clientsOf(aws, adminKey)
  const endingAt = (end: Date, ...more: object[]) =>
    text(policy(allow('*'), { Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': end.toISOString() } } }, ...(more as never[])))
  const inMinutes = (minutes: number) => new Date(Math.floor(aws.clock.now().getTime() / 1000) * 1000 + minutes * 60_000)

  it('comes to the second by the session policy though the credentials live on', async () => {
    const end = inMinutes(5)
    const keys = await sessionOf(aws, { RoleArn: roleArn('reader'), Policy: endingAt(end) })
    aws.clock.setTo(new Date(end.getTime() - 1000))
    await expect(list(keys)).resolves.toBeDefined()
    aws.clock.setTo(end)
    await expect(list(keys)).rejects.toMatchObject({ ...refused, message: expect.stringContaining('with an explicit deny in a session policy') })
    await expect(clientsOf(aws, keys).iam.send(new ListRolesCommand({}))).rejects.toMatchObject(refused)
    await expect(clientsOf(aws, keys).sts.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({ Account: home })
  })

  it('comes also where a bucket policy names the session itself, which a mere missing Allow would not stop', async () => {
    const arn = `arn:aws:sts::${home}:assumed-role/plain/${sessionName}`
    await admin().s3.send(new PutBucketPolicyCommand({ Bucket: report.Bucket, Policy: text(policy({ Effect: 'Allow', Principal: { AWS: arn }, Action: 's3:GetObject', Resource: `arn:aws:s3:::${report.Bucket}/*` })) }))
    const end = inMinutes(5)
    const stopping = text(policy({ ...allow('*'), Condition: { DateLessThan: { 'aws:CurrentTime': end.toISOString() } } }))
    const undenied = await sessionOf(aws, { RoleArn: roleArn('plain'), Policy: stopping })
    const denied = await sessionOf(aws, { RoleArn: roleArn('plain'), Policy: endingAt(end) })
    await expect(read(denied)).resolves.toBeDefined()
    aws.clock.setTo(end)
    await expect(read(undenied)).resolves.toBeDefined()
    await expect(read(denied)).rejects.toMatchObject(refused)
  })

  it('does not follow into a chained session, unless the session policy denies going on', async () => {
    const end = inMinutes(5)
    const juggler = await sessionOf(aws, { RoleArn: roleArn('reader'), Policy: endingAt(end) })
    const chained = await sessionOf(aws, { RoleArn: roleArn('second') }, juggler)
    const back = await sessionOf(aws, { RoleArn: roleArn('reader') }, chained)
    aws.clock.setTo(end)
    await expect(list(juggler)).rejects.toMatchObject(refused)
    await expect(list(chained)).resolves.toBeDefined()
    await expect(list(back)).resolves.toBeDefined()
    aws.clock.follow()
    const fenced = await sessionOf(aws, { RoleArn: roleArn('reader'), Policy: endingAt(inMinutes(60), { Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' }) })
    await expect(sessionOf(aws, { RoleArn: roleArn('second') }, fenced)).rejects.toMatchObject(refused)
  })

  it('comes by inline policies on the role, read at each call: by issue time, by session, by source identity', async () => {
    const revoke = (name: string, condition: object) =>
      admin().iam.send(new PutRolePolicyCommand({ RoleName: 'reader', PolicyName: name, PolicyDocument: text(policy({ Effect: 'Deny', Action: '*', Resource: '*', Condition: condition })) }))
    const ada = await sessionOf(aws, { RoleArn: roleArn('reader'), RoleSessionName: 'g-ada', SourceIdentity: 'ada.g-ada' })
    const eve = await sessionOf(aws, { RoleArn: roleArn('reader'), RoleSessionName: 'g-eve', SourceIdentity: 'eve.g-eve' })
    const { UserId } = await clientsOf(aws, eve).sts.send(new GetCallerIdentityCommand({}))
    await revoke('by-session', { StringEquals: { 'aws:userid': UserId! } })
    await expect(list(eve)).rejects.toMatchObject({ ...refused, message: expect.stringContaining('with an explicit deny in an identity-based policy') })
    await expect(list(ada)).resolves.toBeDefined()
    await revoke('by-session', { StringEquals: { 'aws:SourceIdentity': 'ada.g-ada' } })
    await expect(list(eve)).resolves.toBeDefined()
    await expect(list(ada)).rejects.toMatchObject(refused)
    aws.clock.advance(2000)
    await revoke('by-session', { DateLessThan: { 'aws:TokenIssueTime': aws.clock.now().toISOString() } })
    aws.clock.advance(2000)
    await expect(list(eve)).rejects.toMatchObject(refused)
    await expect(list(await sessionOf(aws, { RoleArn: roleArn('reader') }))).resolves.toBeDefined()
    await admin().iam.send(new DeleteRolePolicyCommand({ RoleName: 'reader', PolicyName: 'by-session' }))
    await expect(list(eve)).resolves.toBeDefined()
  })

  it('intersects session policies: nothing beyond the role, nothing beyond the session', async () => {
    const narrow = await sessionOf(aws, { RoleArn: roleArn('reader'), Policy: text(policy(allow(['s3:ListAllMyBuckets', 'iam:CreateUser']))) })
    await expect(list(narrow)).resolves.toBeDefined()
    await expect(read(narrow)).rejects.toMatchObject({ ...refused, message: expect.stringContaining('because no session policy allows the s3:GetObject action') })
    const managed = await sessionOf(aws, { RoleArn: roleArn('reader'), PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' }] })
    await expect(list(managed)).rejects.toMatchObject(refused)
    await expect(clientsOf(aws, managed).iam.send(new ListRolesCommand({}))).resolves.toBeDefined()
  })

  it('comes when the role is deleted, and a new role of the same name does not bring it back', async () => {
    const make = async () => {
      await admin().iam.send(new CreateRoleCommand({ RoleName: 'brief', AssumeRolePolicyDocument: text(trust({ AWS: `arn:aws:iam::${home}:root` })) }))
      await admin().iam.send(new PutRolePolicyCommand({ RoleName: 'brief', PolicyName: 'all', PolicyDocument: text(policy(allow('*'))) }))
    }
    await make()
    const keys = await sessionOf(aws, { RoleArn: roleArn('brief') })
    await expect(list(keys)).resolves.toBeDefined()
    await admin().iam.send(new DeleteRolePolicyCommand({ RoleName: 'brief', PolicyName: 'all' }))
    await admin().iam.send(new DeleteRoleCommand({ RoleName: 'brief' }))
    await expect(list(keys)).rejects.toMatchObject(refused)
    await make()
    await expect(list(keys)).rejects.toMatchObject(refused)
    await expect(list(await sessionOf(aws, { RoleArn: roleArn('brief') }))).resolves.toBeDefined()
  })

  it('closes a trust policy to newcomers at once, and leaves the sessions it let in', async () => {
    const keys = await sessionOf(aws, { RoleArn: roleArn('reader') })
    await admin().iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'reader', PolicyDocument: text(trust({ AWS: `arn:aws:iam::${other}:root` })) }))
    await expect(sessionOf(aws, { RoleArn: roleArn('reader') })).rejects.toMatchObject(refused)
    await expect(list(keys)).resolves.toBeDefined()
  })

  it('lets another account read a bucket only when both sides allow', async () => {
    await expect(clientsOf(aws, otherAdminKey).s3.send(new GetBucketPolicyCommand({ Bucket: report.Bucket }))).rejects.toMatchObject(refused)
    expect(aws.recorded(home).filter((record) => record.eventName === 'GetBucketPolicy')).toEqual([])
    await expect(read(otherAdminKey)).rejects.toMatchObject(refused)
    const open = policy({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${other}:root` }, Action: 's3:GetObject', Resource: `arn:aws:s3:::${report.Bucket}/*` })
    await admin().s3.send(new PutBucketPolicyCommand({ Bucket: report.Bucket, Policy: text(open) }))
    await expect(read(otherAdminKey)).resolves.toBeDefined()
    const keys = await sessionOf(aws, { RoleArn: roleArn('operator', other) })
    await expect(read(keys)).rejects.toMatchObject(refused)
  })
})
