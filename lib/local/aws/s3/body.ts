import { crc32 } from 'node:zlib'
import { AwsError } from '../core/errors.ts'
import type { HttpRequest } from '../core/http-request.ts'

/**
 * The object's bytes out of a request body, which SDKs send in chunks with a checksum as trailer.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 * The signatures of single chunks are not verified; the seed signature in the header is, and so are length and CRC32.
 */
export function objectBytes(http: HttpRequest): Buffer {
  const streaming = http.headers.get('x-amz-content-sha256')?.startsWith('STREAMING-') ?? false
  const { bytes, trailers } = streaming ? unchunked(http.body) : { bytes: http.body, trailers: new Map<string, string>() }
  const declared = http.headers.get('x-amz-decoded-content-length')
  if (streaming && declared !== undefined && Number(declared) !== bytes.length) {
    throw new AwsError('IncompleteBody', 'You did not provide the number of bytes specified by the Content-Length HTTP header.')
  }
  const checksum = trailers.get('x-amz-checksum-crc32') ?? http.headers.get('x-amz-checksum-crc32')
  if (checksum !== undefined && checksum !== crc32Base64(bytes)) {
    throw new AwsError('BadDigest', 'The CRC32 you specified did not match the calculated checksum.')
  }
  return bytes
}

function crc32Base64(bytes: Buffer): string {
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(bytes))
  return sum.toString('base64')
}

/** `<hex size>[;chunk-signature=…]\r\n<data>\r\n … 0\r\n<trailers>` */
function unchunked(body: Buffer): { bytes: Buffer; trailers: Map<string, string> } {
  const chunks: Buffer[] = []
  let at = 0
  for (;;) {
    const end = body.indexOf('\r\n', at)
    if (end < 0) throw incomplete()
    const size = Number.parseInt(body.toString('latin1', at, end), 16)
    if (!Number.isFinite(size)) throw incomplete()
    at = end + 2
    if (size === 0) return { bytes: Buffer.concat(chunks), trailers: readTrailers(body.toString('latin1', at)) }
    if (at + size > body.length) throw incomplete()
    chunks.push(body.subarray(at, at + size))
    at += size + 2
  }
}

const readTrailers = (text: string): Map<string, string> =>
  new Map(
    text.split('\r\n').flatMap((line) => {
      const colon = line.indexOf(':')
      return colon < 0 ? [] : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const]
    }),
  )

const incomplete = () => new AwsError('IncompleteBody', 'The request body terminated unexpectedly.')
