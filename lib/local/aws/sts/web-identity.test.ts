import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LocalOrganisation } from '../seed.ts'
import { startLocalAws, type LocalAws } from '../server/start.ts'
import { clientsOf } from '../test-clients.ts'
import { home, roleArn, testOrganisation, trust } from '../test-organisation.ts'

const issuer = 'https://ci.example.com/tokens'
const host = 'ci.example.com/tokens'
const subject = 'repo:example/app:ref:refs/heads/main'

describe('AssumeRoleWithWebIdentity', () => {
  let aws: LocalAws
  let privateKey: CryptoKey
  beforeAll(async () => {
    const pair = await generateKeyPair('RS256')
    privateKey = pair.privateKey
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256' }
    const [first, ...rest] = testOrganisation.accounts
    const ci = { name: 'ci', trust: trust({ Federated: `arn:aws:iam::${home}:oidc-provider/${host}` }, 'sts:AssumeRoleWithWebIdentity', { StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com' }, StringLike: { [`${host}:sub`]: 'repo:example/app:*' } }) }
    const seed: LocalOrganisation = { accounts: [{ ...first!, roles: [...first!.roles!, ci], oidcProviders: [{ issuer, audiences: ['sts.amazonaws.com'], jwks: { keys: [jwk] } }] }, ...rest] }
    aws = await startLocalAws({ seed })
  })
  afterAll(() => aws.close())

  const token = (claims: JWTPayload = {}, expires: string | number = '5m') =>
    new SignJWT({ iss: issuer, aud: 'sts.amazonaws.com', sub: subject, ...claims }).setProtectedHeader({ alg: 'RS256', kid: 'one' }).setIssuedAt().setExpirationTime(expires).sign(privateKey)
  const assume = async (WebIdentityToken: string) =>
    new STSClient({ endpoint: aws.url, region: 'us-east-1', maxAttempts: 1 }).send(new AssumeRoleWithWebIdentityCommand({ RoleArn: roleArn('ci'), RoleSessionName: 'run-7', WebIdentityToken }))

  it('needs no signature, only a token of a provider the account trusts', async () => {
    const answer = await assume(await token())
    expect(answer).toMatchObject({ SubjectFromWebIdentityToken: subject, Audience: 'sts.amazonaws.com', AssumedRoleUser: { Arn: `arn:aws:sts::${home}:assumed-role/ci/run-7` } })
    const { AccessKeyId, SecretAccessKey, SessionToken } = answer.Credentials!
    const { sts } = clientsOf(aws, { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! })
    await expect(sts.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({ Account: home })
    expect(aws.recorded(home).find((record) => record.eventName === 'AssumeRoleWithWebIdentity')).toMatchObject({ userIdentity: { type: 'WebIdentityUser', userName: subject } })
    expect(JSON.stringify(aws.recorded(home))).not.toContain(SecretAccessKey)
  })

  it('refuses a subject the trust policy does not name, a foreign audience, issuer or key, and an expired token', async () => {
    await expect(assume(await token({ sub: 'repo:evil/app:ref:refs/heads/main' }))).rejects.toMatchObject({ name: 'AccessDenied', message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity' })
    await expect(assume(await token({ aud: 'other' }))).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' })
    await expect(assume(await token({ iss: 'https://evil.example.com' }))).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' })
    const foreign = await new SignJWT({ iss: issuer, aud: 'sts.amazonaws.com', sub: subject }).setProtectedHeader({ alg: 'RS256', kid: 'one' }).setExpirationTime('5m').sign((await generateKeyPair('RS256')).privateKey)
    await expect(assume(foreign)).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' })
    await expect(assume(await token({}, Math.floor(Date.now() / 1000) - 60))).rejects.toMatchObject({ name: 'ExpiredTokenException' })
  })
})
