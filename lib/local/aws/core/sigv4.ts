import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { HttpRequest } from './http-request.ts'

/**
 * Signature Version 4, the verifying side.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export type Signed = {
  readonly accessKeyId: string
  readonly date: string
  readonly region: string
  readonly service: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
  /** `20260101T000000Z` */
  readonly timestamp: string
  readonly securityToken: string | undefined
  /** Only for presigned requests: how long the signature is good for. */
  readonly expiresSeconds: number | undefined
}

const algorithm = 'AWS4-HMAC-SHA256'

/** Undefined: not signed at all. `malformed`: signed, but not in a form that can be verified. */
export function readSignature(request: HttpRequest): Signed | 'malformed' | undefined {
  const header = request.headers.get('authorization')
  if (header !== undefined) return readHeader(request, header)
  return request.query.has('X-Amz-Signature') || request.query.has('X-Amz-Credential') ? readQuery(request.query) : undefined
}

function readHeader(request: HttpRequest, header: string): Signed | 'malformed' {
  if (!header.startsWith(`${algorithm} `)) return 'malformed'
  const parts = new Map(
    header
      .slice(algorithm.length)
      .split(',')
      .map((part): [string, string] => {
        const [name = '', ...value] = part.trim().split('=')
        return [name, value.join('=')]
      }),
  )
  return assemble({
    credential: parts.get('Credential'),
    signedHeaders: parts.get('SignedHeaders'),
    signature: parts.get('Signature'),
    timestamp: request.headers.get('x-amz-date') ?? compactDate(request.headers.get('date')),
    securityToken: request.headers.get('x-amz-security-token'),
    expiresSeconds: undefined,
  })
}

function readQuery(query: URLSearchParams): Signed | 'malformed' {
  const expires = Number(query.get('X-Amz-Expires') ?? '900')
  // At most seven days, https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
  if (query.get('X-Amz-Algorithm') !== algorithm || !(expires >= 1 && expires <= 604_800)) return 'malformed'
  return assemble({
    credential: query.get('X-Amz-Credential') ?? undefined,
    signedHeaders: query.get('X-Amz-SignedHeaders') ?? undefined,
    signature: query.get('X-Amz-Signature') ?? undefined,
    timestamp: query.get('X-Amz-Date') ?? undefined,
    securityToken: query.get('X-Amz-Security-Token') ?? undefined,
    expiresSeconds: expires,
  })
}

type Parts = Pick<Signed, 'securityToken' | 'expiresSeconds'> & Record<'credential' | 'signedHeaders' | 'signature' | 'timestamp', string | undefined>

function assemble(parts: Parts): Signed | 'malformed' {
  const [accessKeyId, date, region, service, terminator] = (parts.credential ?? '').split('/')
  const signedHeaders = (parts.signedHeaders ?? '').split(';').filter(Boolean)
  if (!accessKeyId || !date || !region || !service || terminator !== 'aws4_request') return 'malformed'
  if (!parts.signature || !/^\d{8}T\d{6}Z$/.test(parts.timestamp ?? '') || !signedHeaders.includes('host')) return 'malformed'
  if (parts.timestamp!.slice(0, 8) !== date) return 'malformed'
  const { signature, securityToken, expiresSeconds } = parts
  return { accessKeyId, date, region, service, signedHeaders, signature, timestamp: parts.timestamp!, securityToken, expiresSeconds }
}

export function signatureMatches(request: HttpRequest, signed: Signed, secret: string): boolean {
  const payload = payloadHash(request, signed)
  if (payload === undefined) return false
  const scope = `${signed.date}/${signed.region}/${signed.service}/aws4_request`
  const toSign = [algorithm, signed.timestamp, scope, sha256(canonicalRequest(request, signed, payload))].join('\n')
  const key = [signed.date, signed.region, signed.service, 'aws4_request'].reduce(
    (key: Buffer | string, part) => hmac(key, part),
    `AWS4${secret}`,
  )
  const expected = hmac(key, toSign)
  const given = Buffer.from(signed.signature, 'hex')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

export const timestampOf = (signed: Signed): Date =>
  new Date(signed.timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))

/** Whether the body is the one whose hash the request claims. */
export const bodyMatches = (request: HttpRequest, signed: Signed): boolean => payloadHash(request, signed) !== undefined

/** The hash that was signed; undefined when the body is not the one it was made of. */
function payloadHash(request: HttpRequest, signed: Signed): string | undefined {
  const claimed = request.headers.get('x-amz-content-sha256') ?? request.query.get('X-Amz-Content-Sha256') ?? undefined
  if (claimed !== undefined && !/^[0-9a-f]{64}$/.test(claimed)) return claimed
  if (signed.expiresSeconds !== undefined && signed.service === 's3') return claimed ?? 'UNSIGNED-PAYLOAD'
  const actual = sha256(request.body)
  return claimed === undefined || claimed === actual ? actual : undefined
}

function canonicalRequest(request: HttpRequest, signed: Signed, payload: string): string {
  const headers = signed.signedHeaders.map((name) => `${name}:${(request.headers.get(name) ?? '').trim().replaceAll(/ +/g, ' ')}\n`)
  return [
    request.method,
    canonicalPath(request.path, signed.service),
    canonicalQuery(request.query),
    headers.join(''),
    signed.signedHeaders.join(';'),
    payload,
  ].join('\n')
}

/** Every service but S3 encodes the path a second time. */
function canonicalPath(path: string, service: string): string {
  if (service === 's3') return path.split('/').map((part) => encode(decodeURIComponent(part))).join('/')
  return path.split('/').map(encode).join('/')
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]): [string, string] => [encode(name), encode(value)])
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest()
const compactDate = (date: string | undefined): string | undefined =>
  date === undefined ? undefined : `${new Date(date).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
