import { ListBucketsCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLocalAws, type LocalAws } from '../server/start.ts'
import { clientsOf, sessionOf, type Keys } from '../test-clients.ts'
import { home, roleArn, testOrganisation } from '../test-organisation.ts'

describe('Console sign-in', () => {
  let aws: LocalAws
  beforeAll(async () => {
    aws = await startLocalAws({ seed: testOrganisation })
  })
  afterAll(() => aws.close())

  const tokenAnswer = (keys: Keys, more: Record<string, string> = {}) => {
    const Session = JSON.stringify({ sessionId: keys.accessKeyId, sessionKey: keys.secretAccessKey, sessionToken: keys.sessionToken })
    return fetch(`${aws.url}/federation?${new URLSearchParams({ Action: 'getSigninToken', Session, ...more }).toString()}`)
  }
  const tokenOf = async (keys: Keys) => ((await (await tokenAnswer(keys)).json()) as { SigninToken: string }).SigninToken
  const login = (SigninToken: string) =>
    fetch(`${aws.url}/federation`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ Action: 'login', Issuer: 'https://latchkey.example.com', Destination: 'https://console.aws.amazon.com/', SigninToken }),
    })

  it('signs the session in and records it as the role session, without the key it came with', async () => {
    const keys = await sessionOf(aws, { RoleArn: roleArn('reader'), SourceIdentity: 'ada' })
    const answer = await login(await tokenOf(keys))
    const html = await answer.text()
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(html).toContain(`arn:aws:sts::${home}:assumed-role/reader/g-1`)
    const record = aws.recorded(home).at(-1)!
    expect(record).toMatchObject({
      eventName: 'ConsoleLogin', eventSource: 'signin.amazonaws.com', eventType: 'AwsConsoleSignIn', awsRegion: 'us-east-1',
      responseElements: { ConsoleLogin: 'Success' },
      userIdentity: { type: 'AssumedRole', arn: `arn:aws:sts::${home}:assumed-role/reader/g-1`, sessionContext: { sourceIdentity: 'ada' } },
    })
    expect(record.userIdentity).not.toHaveProperty('accessKeyId')
  })

  it('lets the console act with keys of its own, which CloudTrail marks', async () => {
    const keys = await sessionOf(aws, { RoleArn: roleArn('reader') })
    const signinToken = await tokenOf(keys)
    const answer = await fetch(`${aws.url}/_local/console`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ signinToken }) })
    const own = (await answer.json()) as Keys
    await clientsOf(aws, own).s3.send(new ListBucketsCommand({}))
    expect(own.accessKeyId).not.toBe(keys.accessKeyId)
    expect(aws.recorded(home).at(-1)).toMatchObject({
      eventName: 'ListBuckets', sessionCredentialFromConsole: 'true',
      userIdentity: { type: 'AssumedRole', accessKeyId: own.accessKeyId, arn: `arn:aws:sts::${home}:assumed-role/reader/g-1` },
    })
  })

  it('gives a sign-in token that is good for 15 minutes and for nothing else', async () => {
    const keys = await sessionOf(aws, { RoleArn: roleArn('reader') })
    const token = await tokenOf(keys)
    aws.clock.advance(14 * 60_000)
    expect((await login(token)).status).toBe(200)
    aws.clock.advance(60_000)
    expect((await login(token)).status).toBe(400)
    expect((await login(keys.sessionToken!)).status).toBe(400)
    aws.clock.reset()
  })

  it('refuses wrong or expired credentials, and a session duration under role chaining', async () => {
    const keys = await sessionOf(aws, { RoleArn: roleArn('reader') })
    expect((await tokenAnswer(keys, { SessionDuration: '43200' })).status).toBe(200)
    expect((await tokenAnswer({ ...keys, secretAccessKey: 'wrong' })).status).toBe(400)
    const chained = await sessionOf(aws, { RoleArn: roleArn('second') }, keys)
    expect((await tokenAnswer(chained)).status).toBe(200)
    expect((await tokenAnswer(chained, { SessionDuration: '900' })).status).toBe(400)
    aws.clock.advance(3_601_000)
    expect((await tokenAnswer(keys)).status).toBe(400)
    aws.clock.reset()
  })
})
