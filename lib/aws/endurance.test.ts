import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Config } from '#lib/config/config.ts'
import { openConsoleGate } from './console-link.ts'
import type { Identities } from './credentials.ts'
import { openIdentityProbe } from './identity-probe.ts'
import { openDigestKeys } from './digest-keys.ts'
import { openIssuer } from './issuer.ts'
import { tryOutsideCall } from './outside-call.ts'
import { openLogBucket } from './log-bucket.ts'
import { openLogQueue } from './log-queue.ts'
import { proofCalls, prover } from './proof-call.ts'
import { openRevoker } from './revoker.ts'
import { openRoleReader } from './role-reader.ts'
import { openTrailInspector } from './trail-inspector.ts'
import { openTrailReader } from './trail-reader.ts'

/** What an endpoint can do instead of answering. Which one is asked for is the first word of the access key. */
const misbehaviours: Record<string, (response: ServerResponse) => void> = {
  HTML200: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Proxy</title><h1>Sign in</h1>'),
  HTML500: (response) => response.writeHead(500, { 'content-type': 'text/html' }).end('<!doctype html><h1>Internal Server Error</h1>'),
  EMPTY200: (response) => response.writeHead(200).end(),
  PLAIN503: (response) => response.writeHead(503).end('Service Unavailable'),
  THROTTLE: (response) => response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': 'ThrottlingException' }).end('<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>'),
  HALFBODY: (response) => {
    response.writeHead(200, { 'content-type': 'text/xml', 'content-length': '5000' }).write('<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA')
    response.socket?.end()
  },
  HALFTEXT: (response) => response.writeHead(200, { 'content-type': 'text/xml' }).end('<AssumeRoleResponse><AssumeRoleResult><Credentials><Acc'),
  DROPPED: (response) => response.socket?.destroy(),
  SILENT: () => undefined,
}

let server: Server
let url: string
const before = { ...process.env }
beforeAll(async () => {
  server = createServer((request, response) => {
    const kind = /Credential=([A-Z0-9]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? request.url?.slice(1) ?? ''
    request.resume()
    misbehaviours[kind]?.(response)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  process.env.AWS_ENDPOINT_URL = url
})
afterAll(() => {
  process.env = before
  server.closeAllConnections()
  server.close()
})

const aws: Config['aws'] = { region: 'us-east-1', issuerRoleArn: undefined, readerRoleArn: undefined, revokerRoleArn: undefined, memberReaderRoleName: 'r', memberRevokerRoleName: 'r', federationEndpoint: '', managedRolePath: '/latchkey/' }
const roleArn = 'arn:aws:iam::222222222222:role/latchkey/one'
const lease = (accessKeyId: string) => ({ accessKeyId, secretAccessKey: 'secret', sessionToken: 'token', expiresAt: new Date() })
function identitiesOf(kind: string): Identities {
  const provider = async () => ({ accessKeyId: kind, secretAccessKey: 'secret' })
  return { issuer: provider, issuerIsChained: undefined, readerOf: () => provider, revokerOf: () => provider, hub: { process: provider, issuer: provider, reader: provider, revoker: provider } }
}

const logBucket = { accountId: '222222222222', region: 'us-east-1', bucket: 'logs' }
const logQueue = { accountId: '222222222222', region: 'us-east-1', url: 'https://sqs.us-east-1.amazonaws.com/222222222222/logs' }

type Answer = { ok: boolean; code?: string; message?: string; retryable?: boolean }
const questions: Record<string, (kind: string) => Promise<Answer>> = {
  mint: (kind) => openIssuer(aws, identitiesOf(kind)).mint({ roleArn, sessionName: 'a+1', durationSeconds: 900, sessionPolicy: '{}', tags: {} }),
  'longest lease': (kind) => openIssuer(aws, identitiesOf(kind)).longestLeaseSeconds(),
  'read role': (kind) => openRoleReader(aws, identitiesOf(kind)).readRole('222222222222', roleArn),
  lookup: (kind) => openTrailReader(identitiesOf(kind)).lookupByUsername({ accountId: '222222222222', region: 'us-east-1', username: 'a+1', from: new Date(0), to: new Date() }),
  trails: (kind) => openTrailInspector(identitiesOf(kind)).listTrails('222222222222', 'us-east-1'),
  revoke: (kind) => openRevoker(aws, identitiesOf(kind)).revoke(roleArn, { userId: 'AROAX:a+1', until: new Date() }, new Date()),
  'who is': (kind) => openIdentityProbe(aws, identitiesOf(kind).hub).whoIs('process'),
  'digest keys': (kind) => openDigestKeys(identitiesOf(kind)).listKeys({ accountId: '222222222222', region: 'us-east-1', from: new Date(0), to: new Date() }),
  'list objects': (kind) => openLogBucket(identitiesOf(kind)).listObjects({ ...logBucket, prefix: 'AWSLogs/' }),
  'read object': (kind) => openLogBucket(identitiesOf(kind)).readObject({ ...logBucket, key: 'a', maxBytes: 1_000_000, take: () => undefined }),
  receive: (kind) => openLogQueue(identitiesOf(kind)).receive({ ...logQueue, waitSeconds: 0, hideSeconds: 60 }),
  remove: (kind) => openLogQueue(identitiesOf(kind)).remove({ ...logQueue, handles: ['a'] }),
  hide: (kind) => openLogQueue(identitiesOf(kind)).hide({ ...logQueue, handle: 'a', hideSeconds: 60 }),
  'outside call': (kind) => tryOutsideCall(lease(kind), 'us-east-1', roleArn),
  console: (kind) => openConsoleGate({ ...aws, federationEndpoint: `${url}/${kind}` }, new URL('http://localhost')).signInUrl(lease(kind), 'us-east-1'),
  ...Object.fromEntries(proofCalls.map((call) => [`proof ${call}`, (kind: string) => prover.prove(call, lease(kind), 'us-east-1')])),
}
const unavailable = { ok: false, code: expect.stringMatching(/^(unavailable|unknown)$/), message: expect.stringMatching(/^AWS [^<]*\.$/) }

describe.concurrent('An endpoint that misbehaves is a clear failure within seconds, never an exception and never a success', () => {
  test.each(Object.keys(misbehaviours))('%s', { timeout: 40_000 }, async (kind) => {
    const begun = performance.now()
    const answers = await Promise.all(Object.entries(questions).map(async ([name, question]) => [name, await question(kind)] as const))
    const throttled = { ...unavailable, code: expect.stringMatching(/^(throttled|unknown|unavailable)$/) }
    expect(Object.fromEntries(answers)).toEqual(Object.fromEntries(Object.keys(questions).map((name) => [name, expect.objectContaining(kind === 'THROTTLE' ? throttled : unavailable)])))
    expect(performance.now() - begun).toBeLessThan(20_000)
  })
})

test('one service that misbehaves stops no other: each has a circuit of its own', async () => {
  const silent = openRoleReader(aws, identitiesOf('DROPPED'))
  for (let count = 0; count < 5; count += 1) await silent.readRole('222222222222', roleArn)
  expect(await silent.readRole('222222222222', roleArn)).toMatchObject({ ok: false, awsCode: 'CircuitOpen', message: expect.stringContaining('IAM of 222222222222 did not answer') })
  expect(await silent.readRole('333333333333', roleArn)).not.toMatchObject({ awsCode: 'CircuitOpen' })
}, 40_000)
