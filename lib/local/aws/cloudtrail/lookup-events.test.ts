import { LookupEventsCommand, StopLoggingCommand, CreateTrailCommand, GetTrailStatusCommand, StartLoggingCommand, DescribeTrailsCommand, type LookupEventsCommandInput } from '@aws-sdk/client-cloudtrail'
import { CreateUserCommand, GetRoleCommand, ListRolesCommand } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startLocalAws, type LocalAws } from '../server/start.ts'
import { clientsOf, sessionOf } from '../test-clients.ts'
import { adminKey, home, other, otherAdminKey, portalKey, roleArn, testOrganisation } from '../test-organisation.ts'

describe('CloudTrail', () => {
  let aws: LocalAws
  beforeEach(async () => {
    aws = await startLocalAws({ seed: testOrganisation })
  })
  afterEach(() => aws.close())

  const lookup = async (input: LookupEventsCommandInput = {}, credentials = adminKey, region = 'us-east-1') => {
    aws.clock.advance(1000)
    return clientsOf(aws, credentials, region).cloudtrail.send(new LookupEventsCommand(input))
  }
  const by = (AttributeKey: 'EventName' | 'Username' | 'AccessKeyId' | 'ResourceName' | 'ReadOnly', AttributeValue: string) => ({ LookupAttributes: [{ AttributeKey, AttributeValue }] })
  const record = (text: string | undefined) => JSON.parse(text!) as Record<string, Record<string, unknown>>

  it('links the AssumeRole event to what its credentials did, with source identity and session issuer', async () => {
    const keys = await sessionOf(aws, { RoleArn: roleArn('reader'), SourceIdentity: 'ada', ExternalId: 'e-1' })
    await clientsOf(aws, keys).iam.send(new GetRoleCommand({ RoleName: 'reader' }))
    const [assumed] = (await lookup(by('EventName', 'AssumeRole'))).Events!
    const opened = record(assumed!.CloudTrailEvent)
    expect(opened.userIdentity).toMatchObject({ type: 'IAMUser', userName: 'portal', accessKeyId: portalKey.accessKeyId })
    expect(opened.requestParameters).toEqual({ roleArn: roleArn('reader'), roleSessionName: 'g-1', sourceIdentity: 'ada', externalId: 'e-1' })
    expect(opened.responseElements).toMatchObject({ credentials: { accessKeyId: keys.accessKeyId }, assumedRoleUser: { arn: `arn:aws:sts::${home}:assumed-role/reader/g-1` }, sourceIdentity: 'ada' })
    expect((opened.responseElements!.credentials as { expiration: string }).expiration).toMatch(/^[A-Z][a-z]{2} \d{1,2}, \d{4}, \d{1,2}:\d\d:\d\d [AP]M$/)
    expect(JSON.stringify(opened)).not.toContain(keys.secretAccessKey)
    const used = await lookup(by('AccessKeyId', keys.accessKeyId))
    expect(used.Events?.map((event) => [event.EventName, event.Username, event.ReadOnly])).toEqual([['GetRole', 'g-1', 'true']])
    const session = record(used.Events![0]!.CloudTrailEvent).userIdentity as Record<string, Record<string, unknown>>
    expect(session).toMatchObject({ type: 'AssumedRole', accountId: home, accessKeyId: keys.accessKeyId, arn: `arn:aws:sts::${home}:assumed-role/reader/g-1` })
    expect(session.sessionContext).toMatchObject({ sourceIdentity: 'ada', sessionIssuer: { type: 'Role', arn: roleArn('reader'), userName: 'reader' }, attributes: { mfaAuthenticated: 'false' } })
    expect((await lookup(by('ResourceName', keys.accessKeyId))).Events?.map((event) => event.EventName)).toEqual(['AssumeRole'])
  })

  it('records refused calls with their error and nothing of failed authentication', async () => {
    await expect(clientsOf(aws, portalKey).iam.send(new GetRoleCommand({ RoleName: 'reader' }))).rejects.toThrow(/not authorized/)
    await expect(clientsOf(aws, { ...portalKey, secretAccessKey: 'wrong' }).iam.send(new GetRoleCommand({ RoleName: 'reader' }))).rejects.toThrow(/signature/)
    const events = (await lookup(by('EventName', 'GetRole'))).Events!
    expect(events.length).toBe(1)
    expect(record(events[0]!.CloudTrailEvent)).toMatchObject({ errorCode: 'AccessDenied', requestParameters: null, responseElements: null, eventSource: 'iam.amazonaws.com', awsRegion: 'us-east-1', sourceIPAddress: '203.0.113.10' })
  })

  it('records an assumption across accounts in both, joined by sharedEventID, and a refused one only where it was asked', async () => {
    await sessionOf(aws, { RoleArn: roleArn('operator', other) })
    await expect(sessionOf(aws, { RoleArn: roleArn('missing', other) })).rejects.toThrow(/not authorized/)
    const [here] = (await lookup({ ...by('EventName', 'AssumeRole') })).Events!.toReversed()
    const there = (await lookup(by('EventName', 'AssumeRole'), otherAdminKey)).Events!
    expect(there.length).toBe(1)
    const [mine, theirs] = [record(here!.CloudTrailEvent), record(there[0]!.CloudTrailEvent)]
    expect(mine.sharedEventID).toBe(theirs.sharedEventID)
    expect(mine.eventID).not.toBe(theirs.eventID)
    expect(theirs).toMatchObject({ recipientAccountId: other, userIdentity: { type: 'AWSAccount', accountId: home } })
  })

  it('shows an event only after its delay, in the Region it belongs to', async () => {
    aws.setCloudTrailDelay(300_000)
    await clientsOf(aws, adminKey, 'eu-west-1').sts.send(new GetCallerIdentityCommand({}))
    await clientsOf(aws, adminKey, 'eu-west-1').iam.send(new ListRolesCommand({}))
    expect((await lookup(by('EventName', 'GetCallerIdentity'), adminKey, 'eu-west-1')).Events).toEqual([])
    aws.clock.advance(300_000)
    expect((await lookup(by('EventName', 'GetCallerIdentity'), adminKey, 'eu-west-1')).Events?.length).toBe(1)
    expect((await lookup(by('EventName', 'ListRoles'), adminKey, 'eu-west-1')).Events).toEqual([])
    expect((await lookup(by('EventName', 'ListRoles'))).Events?.length).toBe(1)
  })

  it('pages newest first, and binds a token to its question', async () => {
    for (let index = 0; index < 5; index += 1) {
      aws.clock.advance(1000)
      await clientsOf(aws, adminKey).iam.send(new CreateUserCommand({ UserName: `user-${index}` }))
    }
    const question = { ...by('EventName', 'CreateUser'), MaxResults: 2 }
    const first = await lookup(question)
    const second = await lookup({ ...question, NextToken: first.NextToken })
    const third = await lookup({ ...question, NextToken: second.NextToken })
    expect(third.NextToken).toBeUndefined()
    const names = [first, second, third].flatMap((page) => page.Events!.map((event) => record(event.CloudTrailEvent).requestParameters!.userName))
    expect(names).toEqual(['user-4', 'user-3', 'user-2', 'user-1', 'user-0'])
    const changed = lookup({ ...by('EventName', 'GetRole'), MaxResults: 2, NextToken: first.NextToken })
    await expect(changed).rejects.toMatchObject({ name: 'InvalidNextTokenException' })
    await expect(lookup({ MaxResults: 51 })).rejects.toMatchObject({ name: 'InvalidMaxResultsException' })
    const two = [...by('EventName', 'a').LookupAttributes, ...by('Username', 'b').LookupAttributes]
    await expect(lookup({ LookupAttributes: two })).rejects.toMatchObject({ name: 'InvalidLookupAttributesException' })
  })

  it('throttles at two lookups a second per account and Region', async () => {
    const { cloudtrail } = clientsOf(aws, adminKey)
    aws.clock.setTo(new Date())
    const ask = () => cloudtrail.send(new LookupEventsCommand({}))
    await ask()
    await ask()
    await expect(ask()).rejects.toMatchObject({ name: 'ThrottlingException' })
    await expect(clientsOf(aws, adminKey, 'eu-west-1').cloudtrail.send(new LookupEventsCommand({}))).resolves.toBeDefined()
    aws.clock.advance(500)
    await expect(ask()).resolves.toBeDefined()
    await expect(ask()).rejects.toMatchObject({ name: 'ThrottlingException' })
    aws.clock.advance(1000)
    const throttled = (await cloudtrail.send(new LookupEventsCommand(by('EventName', 'LookupEvents')))).Events!
    expect(throttled.filter((event) => event.CloudTrailEvent!.includes('"errorCode":"ThrottlingException"')).length).toBe(2)
  })

  it('finds nothing older than 90 days', async () => {
    await clientsOf(aws, adminKey).iam.send(new ListRolesCommand({}))
    aws.clock.advance(89 * 86_400_000)
    expect((await lookup(by('EventName', 'ListRoles'))).Events?.length).toBe(1)
    aws.clock.advance(86_400_000)
    expect((await lookup(by('EventName', 'ListRoles'))).Events).toEqual([])
  })

  it('shows the network a test plays', async () => {
    const { sts } = clientsOf(aws, portalKey)
    sts.middlewareStack.add((next) => (args) => {
      ;(args.request as { headers: Record<string, string> }).headers['x-local-source-ip'] = '198.51.100.7'
      return next(args)
    }, { step: 'build' })
    await sts.send(new AssumeRoleCommand({ RoleArn: roleArn('reader'), RoleSessionName: 'g-2' }))
    expect(aws.recorded(home).at(-1)).toMatchObject({ eventName: 'AssumeRole', sourceIPAddress: '198.51.100.7' })
  })

  it('keeps trails that can be started and stopped', async () => {
    const { cloudtrail } = clientsOf(aws, adminKey)
    await cloudtrail.send(new CreateTrailCommand({ Name: 'main', S3BucketName: 'example-reports', IsMultiRegionTrail: true }))
    await cloudtrail.send(new StartLoggingCommand({ Name: 'main' }))
    expect((await cloudtrail.send(new GetTrailStatusCommand({ Name: 'main' }))).IsLogging).toBe(true)
    await cloudtrail.send(new StopLoggingCommand({ Name: 'main' }))
    expect((await cloudtrail.send(new GetTrailStatusCommand({ Name: 'main' }))).IsLogging).toBe(false)
    expect((await cloudtrail.send(new DescribeTrailsCommand({}))).trailList).toMatchObject([{ Name: 'main', HomeRegion: 'us-east-1', IsMultiRegionTrail: true }])
    await expect(cloudtrail.send(new StopLoggingCommand({ Name: 'none' }))).rejects.toMatchObject({ name: 'TrailNotFoundException' })
  })
})
