import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient, type AssumeRoleCommandInput } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLocalAws, type LocalAws } from '../server/start.ts'
import { home, other, portalKey, roleArn, testOrganisation } from '../test-organisation.ts'

type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }

describe('AssumeRole', () => {
  let aws: LocalAws
  beforeAll(async () => {
    aws = await startLocalAws({ seed: testOrganisation })
  })
  afterAll(() => aws.close())

  const sts = (credentials: Keys = portalKey) => new STSClient({ endpoint: aws.url, region: 'eu-central-1', credentials, maxAttempts: 1 })
  const assume = async (input: Partial<AssumeRoleCommandInput> & { RoleArn: string }, credentials?: Keys) =>
    sts(credentials).send(new AssumeRoleCommand({ RoleSessionName: 'g-1', ...input }))
  const keysOf = async (input: Partial<AssumeRoleCommandInput> & { RoleArn: string }, credentials?: Keys): Promise<Keys> => {
    const { Credentials } = await assume(input, credentials)
    return { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! }
  }
  const refusedAs = (name: string, message?: string | RegExp) => expect.objectContaining({ name, ...(message !== undefined && { message: expect.stringMatching(message) }) })

  it('gives credentials that are the session of the role', async () => {
    const answer = await assume({ RoleArn: roleArn('reader'), SourceIdentity: 'ada.lovelace' })
    expect(answer.AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${home}:assumed-role/reader/g-1`)
    expect(answer.SourceIdentity).toBe('ada.lovelace')
    const session = await keysOf({ RoleArn: roleArn('reader') })
    const who = await sts(session).send(new GetCallerIdentityCommand({}))
    expect(who).toMatchObject({ Account: home, Arn: `arn:aws:sts::${home}:assumed-role/reader/g-1` })
    expect(who.UserId).toMatch(/^AROA[A-Z2-7]{17}:g-1$/)
  })

  it('refuses a role that does not exist in the words for a role that is forbidden', async () => {
    for (const name of ['missing', 'closed']) {
      await expect(assume({ RoleArn: roleArn(name) })).rejects.toThrow(
        `User: arn:aws:iam::${home}:user/portal is not authorized to perform: sts:AssumeRole on resource: ${roleArn(name)}`,
      )
    }
    await expect(assume({ RoleArn: roleArn('missing') })).rejects.toEqual(refusedAs('AccessDenied'))
  })

  it('honours the external id and the session name that a trust policy asks for', async () => {
    await expect(assume({ RoleArn: roleArn('vendor') })).rejects.toEqual(refusedAs('AccessDenied'))
    await expect(assume({ RoleArn: roleArn('vendor'), ExternalId: 'ticket-43' })).rejects.toEqual(refusedAs('AccessDenied'))
    await expect(assume({ RoleArn: roleArn('vendor'), ExternalId: 'ticket-42' })).resolves.toBeDefined()
    await expect(assume({ RoleArn: roleArn('latchkey/named'), RoleSessionName: 'x-1' })).rejects.toEqual(refusedAs('AccessDenied'))
    await expect(assume({ RoleArn: roleArn('latchkey/named') })).resolves.toBeDefined()
  })

  it('asks for sts:SetSourceIdentity and sts:TagSession in the trust policy besides sts:AssumeRole', async () => {
    await expect(assume({ RoleArn: roleArn('plain') })).resolves.toBeDefined()
    await expect(assume({ RoleArn: roleArn('plain'), SourceIdentity: 'ada' })).rejects.toEqual(refusedAs('AccessDenied', /sts:SetSourceIdentity/))
    await expect(assume({ RoleArn: roleArn('plain'), Tags: [{ Key: 'a', Value: 'b' }] })).rejects.toEqual(refusedAs('AccessDenied', /sts:TagSession/))
    await expect(assume({ RoleArn: roleArn('reader'), SourceIdentity: 'ada', Tags: [{ Key: 'a', Value: 'b' }] })).resolves.toBeDefined()
  })

  it('limits durations to 900 s and the maximum of the role, and chained ones to an hour', async () => {
    await expect(assume({ RoleArn: roleArn('reader'), DurationSeconds: 899 })).rejects.toEqual(refusedAs('ValidationError', /greater than or equal to 900/))
    await expect(assume({ RoleArn: roleArn('reader'), DurationSeconds: 14_401 })).rejects.toEqual(refusedAs('ValidationError', /MaxSessionDuration/))
    const before = aws.clock.now().getTime()
    const { Credentials } = await assume({ RoleArn: roleArn('reader'), DurationSeconds: 14_400 })
    expect(Credentials!.Expiration!.getTime() - before).toBeGreaterThanOrEqual(14_398_000)
    const session = await keysOf({ RoleArn: roleArn('reader') })
    await expect(assume({ RoleArn: roleArn('second'), DurationSeconds: 3601 }, session)).rejects.toEqual(refusedAs('ValidationError', /1 hour session limit for roles assumed by role chaining/))
    await expect(assume({ RoleArn: roleArn('second'), DurationSeconds: 3600 }, session)).resolves.toBeDefined()
  })

  it('carries the source identity through a chain and lets nobody change it', async () => {
    const first = await keysOf({ RoleArn: roleArn('reader'), SourceIdentity: 'ada' })
    const chained = await assume({ RoleArn: roleArn('second') }, first)
    expect(chained.SourceIdentity).toBe('ada')
    await expect(assume({ RoleArn: roleArn('second'), SourceIdentity: 'eve' }, first)).rejects.toEqual(refusedAs('AccessDenied'))
    await expect(assume({ RoleArn: roleArn('plain') }, first)).rejects.toEqual(refusedAs('AccessDenied', /SetSourceIdentity/))
  })

  it('needs an Allow on both sides when the role is in another account', async () => {
    await expect(assume({ RoleArn: roleArn('operator', other) })).resolves.toBeDefined()
    const session = await keysOf({ RoleArn: roleArn('plain') })
    await expect(assume({ RoleArn: roleArn('operator', other) }, session)).rejects.toEqual(refusedAs('AccessDenied'))
  })

  it('refuses names, policies and tags that AWS refuses', async () => {
    await expect(assume({ RoleArn: roleArn('reader'), RoleSessionName: 'a b' })).rejects.toEqual(refusedAs('ValidationError', /roleSessionName/))
    await expect(assume({ RoleArn: roleArn('reader'), SourceIdentity: 'a' })).rejects.toEqual(refusedAs('ValidationError', /sourceIdentity/))
    await expect(assume({ RoleArn: roleArn('reader'), Policy: '{' })).rejects.toEqual(refusedAs('MalformedPolicyDocumentException'))
    await expect(assume({ RoleArn: roleArn('reader'), Policy: `{"Version":"2012-10-17",${' '.repeat(2048)}` })).rejects.toEqual(refusedAs('ValidationError', /2048/))
    const Tags = Array.from({ length: 20 }, (_, index) => ({ Key: `key-${index}`, Value: 'v'.repeat(200) }))
    await expect(assume({ RoleArn: roleArn('reader'), Tags })).rejects.toEqual(refusedAs('PackedPolicyTooLargeException'))
  })

  it('refuses a wrong secret, an unknown key, a changed token and expired credentials', async () => {
    const who = async (credentials: Keys) => sts(credentials).send(new GetCallerIdentityCommand({}))
    await expect(who({ ...portalKey, secretAccessKey: 'wrong' })).rejects.toEqual(refusedAs('SignatureDoesNotMatch'))
    await expect(who({ accessKeyId: 'AKIANOBODY0000000000', secretAccessKey: 'x' })).rejects.toEqual(refusedAs('InvalidClientTokenId'))
    const session = await keysOf({ RoleArn: roleArn('reader'), DurationSeconds: 900 })
    const token = session.sessionToken!
    const changed = `${token.slice(0, 40)}${token[40] === 'A' ? 'B' : 'A'}${token.slice(41)}`
    await expect(who({ ...session, sessionToken: changed })).rejects.toEqual(refusedAs('InvalidClientTokenId'))
    const another = await keysOf({ RoleArn: roleArn('second') })
    await expect(who({ ...session, sessionToken: another.sessionToken })).rejects.toEqual(refusedAs('InvalidClientTokenId'))
    aws.clock.advance(870_000)
    await expect(who(session)).resolves.toBeDefined()
    aws.clock.advance(31_000)
    await expect(who(session)).rejects.toEqual(refusedAs('ExpiredToken'))
    aws.clock.reset()
  })
})
