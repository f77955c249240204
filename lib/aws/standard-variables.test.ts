import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Config } from '#lib/config/config.ts'
import { openIdentities } from './credentials.ts'
import { openIdentityProbe } from './identity-probe.ts'
import { openRoleReader } from './role-reader.ts'

/** Everything an SDK may ask for credentials or services, on one port; it notes who asked for what. */
type Asked = { path: string; accessKey: string | undefined; body: URLSearchParams }
let asked: Asked[] = []
let server: Server
let url: string
const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-variables-'))
const before = { ...process.env }

const answers: Record<string, object | string> = {
  '/container': { AccessKeyId: 'ASIACONTAINER', SecretAccessKey: 's', Token: 't', Expiration: '2099-01-01T00:00:00Z' },
  '/latest/api/token': 'imds-token',
  '/latest/meta-data/iam/security-credentials/': 'portal',
  '/latest/meta-data/iam/security-credentials/portal': { Code: 'Success', AccessKeyId: 'ASIAINSTANCE', SecretAccessKey: 's', Token: 't', Expiration: '2099-01-01T00:00:00Z' },
}
const credentials = '<Credentials><AccessKeyId>ASIAASSUMED</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>'

async function answer(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  const place = request.url ?? ''
  const body = new URLSearchParams(text)
  asked.push({ path: place, accessKey: /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1], body })
  const known = answers[place]
  if (known !== undefined) return typeof known === 'string' ? known : JSON.stringify(known)
  const action = body.get('Action') ?? ''
  const result = action.startsWith('Assume') ? credentials : '<Arn>arn:aws:iam::111111111111:user/x</Arn>'
  return `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`
}

beforeAll(async () => {
  server = createServer((request, response) => {
    void answer(request).then((text) => response.writeHead(200, { 'x-amzn-requestid': '1' }).end(text))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => {
  process.env = { ...before }
  asked = []
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

const settings = (region = 'us-east-1'): Config['aws'] => ({ region, issuerRoleArn: undefined, readerRoleArn: undefined, revokerRoleArn: undefined, memberReaderRoleName: 'latchkey/latchkey-reader', memberRevokerRoleName: 'latchkey/latchkey-revoker', federationEndpoint: '', managedRolePath: '/latchkey/' })
function environment(values: Record<string, string>): void {
  const clean = Object.fromEntries(Object.entries(before).filter(([name]) => !name.startsWith('AWS_')))
  const nowhere = path.join(folder, 'nowhere')
  process.env = { ...clean, AWS_CONFIG_FILE: nowhere, AWS_SHARED_CREDENTIALS_FILE: nowhere, AWS_EC2_METADATA_DISABLED: 'true', NODE_ENV: 'test', ...values }
}
const whoIs = () => openIdentityProbe(settings(), openIdentities(settings()).hub).whoIs('process')

test('AWS_ENDPOINT_URL moves every service, and a variable of one service only that one', async () => {
  environment({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ENDPOINT_URL_STS: `${url}/sts-only`, AWS_ACCESS_KEY_ID: 'AKIAVARIABLE', AWS_SECRET_ACCESS_KEY: 's' })
  expect(await whoIs()).toMatchObject({ ok: true })
  expect(asked).toMatchObject([{ path: '/sts-only/', accessKey: 'AKIAVARIABLE' }])
  asked = []
  environment({ AWS_ENDPOINT_URL: url, AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1', AWS_ACCESS_KEY_ID: 'AKIAVARIABLE', AWS_SECRET_ACCESS_KEY: 's' })
  expect(await whoIs()).toMatchObject({ ok: false, code: 'unavailable' })
  expect(asked).toEqual([])
})

const profileFile = path.join(folder, 'credentials')
writeFileSync(profileFile, '[portal]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = s\n')
test.each([
  ['variables', () => ({ AWS_ACCESS_KEY_ID: 'AKIAVARIABLE', AWS_SECRET_ACCESS_KEY: 's' }), 'AKIAVARIABLE'],
  ['a profile', () => ({ AWS_PROFILE: 'portal', AWS_SHARED_CREDENTIALS_FILE: profileFile }), 'AKIAPROFILE'],
  ['a container', () => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/container` }), 'ASIACONTAINER'],
  ['an instance role', () => ({ AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: url }), 'ASIAINSTANCE'],
])('credentials come from %s', async (_, values, key) => {
  environment({ AWS_ENDPOINT_URL: url, ...values() })
  expect(await whoIs()).toMatchObject({ ok: true })
  expect(asked.at(-1)).toMatchObject({ accessKey: key })
})

test('nobody’s credentials: the portal says that it has none', async () => {
  environment({ AWS_ENDPOINT_URL: url })
  expect(await whoIs()).toMatchObject({ ok: false, code: 'access_denied', message: 'The portal has no AWS credentials of its own.' })
})

test.each([
  ['eu-central-1', 'aws'],
  ['cn-northwest-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
])('in %s roles of members are of the partition %s', async (region, partition) => {
  environment({ AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'AKIAVARIABLE', AWS_SECRET_ACCESS_KEY: 's' })
  await openRoleReader(settings(region), openIdentities(settings(region))).readRole('222222222222', `arn:${partition}:iam::222222222222:role/latchkey/one`)
  expect(asked[0]?.body.get('RoleArn')).toBe(`arn:${partition}:iam::222222222222:role/latchkey/latchkey-reader`)
})
