import { createHash, createHmac, type BinaryLike, type Hmac, type Hash } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLocalAws, type LocalAws } from '../server/start.ts'
import { adminKey, testOrganisation } from '../test-organisation.ts'

/** The hash the SDK's own signer asks for. */
class Sha256 {
  readonly #hash: Hash | Hmac
  constructor(secret?: unknown) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as BinaryLike)
  }
  update(data: unknown): void {
    this.#hash.update(data as BinaryLike)
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()))
  }
  reset(): void {}
}

type Signable = Parameters<SignatureV4['sign']>[0]

describe('Signature Version 4', () => {
  let aws: LocalAws
  beforeAll(async () => {
    aws = await startLocalAws({ seed: testOrganisation })
  })
  afterAll(() => aws.close())

  const request = (service: 'sts' | 's3', path: string, body?: string): Signable => {
    const { hostname, port, host } = new URL(aws.url)
    const headers: Record<string, string> = { host, ...(service === 's3' && { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }), ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }) }
    return { method: body === undefined ? 'GET' : 'POST', protocol: 'http:', hostname, port: Number(port), path, query: {}, headers, body }
  }
  const signer = (service: 'sts' | 's3') =>
    new SignatureV4({ service, region: 'us-east-1', credentials: adminKey, sha256: Sha256, uriEscapePath: service !== 's3' })
  const send = async (signed: Awaited<ReturnType<SignatureV4['presign']>>, body?: string, headers: Record<string, string> = {}) => {
    const query = new URLSearchParams(signed.query as Record<string, string>).toString()
    const answer = await fetch(`${aws.url}${signed.path}${query === '' ? '' : `?${query}`}`, { method: signed.method, headers: { ...signed.headers, ...headers }, body })
    return { status: answer.status, text: await answer.text() }
  }
  const who = 'Action=GetCallerIdentity&Version=2011-06-15'

  it('accepts what the SDK signed, and nothing that was changed afterwards', async () => {
    const signed = await signer('sts').sign(request('sts', '/', who))
    expect((await send(signed, who)).status).toBe(200)
    expect(await send(signed, `${who}&Extra=1`)).toMatchObject({ status: 403, text: expect.stringContaining('SignatureDoesNotMatch') })
    expect((await send(signed, who, { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' })).status).toBe(403)
  })

  it('refuses an object that is not the one whose hash was signed', async () => {
    const put = { ...request('s3', '/example-reports/new.txt'), method: 'PUT', body: 'good' }
    put.headers['x-amz-content-sha256'] = createHash('sha256').update('good').digest('hex')
    const signed = await signer('s3').sign(put)
    expect(await send(signed, 'evil')).toMatchObject({ status: 400, text: expect.stringContaining('XAmzContentSHA256Mismatch') })
    expect((await send(signed, 'good')).status).toBe(200)
  })

  it('accepts a presigned link until it expires', async () => {
    const signed = await signer('s3').presign(request('s3', '/example-reports/report.csv'), { expiresIn: 60 })
    expect(await send(signed)).toEqual({ status: 200, text: 'a,b\n1,2\n' })
    const old = await signer('s3').presign(request('s3', '/example-reports/report.csv'), { expiresIn: 60, signingDate: new Date(Date.now() - 61_000) })
    expect(await send(old)).toMatchObject({ status: 403, text: expect.stringContaining('Request has expired') })
  })

  it('refuses a signature more than five minutes off, fifteen at S3', async () => {
    const at = async (service: 'sts' | 's3', minutes: number) => {
      const body = service === 'sts' ? who : undefined
      const signed = await signer(service).sign(request(service, '/', body), { signingDate: new Date(Date.now() + minutes * 60_000) })
      return send(signed, body)
    }
    expect((await at('sts', 4)).status).toBe(200)
    expect(await at('sts', -6)).toMatchObject({ status: 403, text: expect.stringContaining('Signature expired') })
    expect(await at('sts', 6)).toMatchObject({ status: 403, text: expect.stringContaining('Signature not yet current') })
    expect((await at('s3', -14)).status).toBe(200)
    expect(await at('s3', -16)).toMatchObject({ status: 403, text: expect.stringContaining('RequestTimeTooSkewed') })
  })

  it('follows a client whose clock is the moved one as well as one that keeps real time', async () => {
    aws.clock.advance(86_400_000)
    const ahead = await signer('sts').sign(request('sts', '/', who), { signingDate: aws.clock.now() })
    expect((await send(ahead, who)).status).toBe(200)
    expect((await send(await signer('sts').sign(request('sts', '/', who)), who)).status).toBe(200)
    aws.clock.reset()
    expect((await send(ahead, who)).status).toBe(403)
  })

  it('refuses a signature it cannot read', async () => {
    const answer = await fetch(aws.url, { method: 'POST', headers: { authorization: 'AWS4-HMAC-SHA256 nonsense', 'content-type': 'application/x-www-form-urlencoded' }, body: who })
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('IncompleteSignature')])
  })
})
