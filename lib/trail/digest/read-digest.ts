import { z } from 'zod'

/** What is named by bucket and key, with the SHA-256 of its uncompressed content in hexadecimal. */
export type HashedFile = { bucket: string; key: string; hash: string }
export type Digest = {
  /** As it is signed, `2026-11-23T10:00:31Z`. */
  startTime: string
  endTime: string
  bucket: string
  key: string
  fingerprint: string
  /** Null in a digest that begins a chain. */
  previous: (HashedFile & { signature: string }) | null
  logFiles: HashedFile[]
}
export type DigestReading = { ok: true; digest: Digest } | { ok: false; reason: string }

const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/).refine((text) => Number.isFinite(Date.parse(text)))
const hash = z.string().regex(/^[\da-f]{64}$/i).transform((text) => text.toLowerCase())
const name = z.string().min(1)
const form = z.object({
  digestStartTime: time,
  digestEndTime: time,
  digestS3Bucket: name,
  digestS3Object: name,
  digestPublicKeyFingerprint: name,
  digestSignatureAlgorithm: z.literal('SHA256withRSA'),
  previousDigestS3Bucket: name.nullish(),
  previousDigestS3Object: name.nullish(),
  previousDigestHashValue: hash.nullish(),
  previousDigestHashAlgorithm: z.literal('SHA-256').nullish(),
  previousDigestSignature: name.nullish(),
  logFiles: z.array(z.object({ s3Bucket: name, s3Object: name, hashValue: hash, hashAlgorithm: z.literal('SHA-256') })),
})

/**
 * Reads the uncompressed text of a digest. Total: whatever it is given, it answers and never throws. Algorithms it does
 * not know make a digest unreadable, never valid.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
 */
export function readDigest(text: string): DigestReading {
  const parsed = form.safeParse(parse(text))
  if (!parsed.success) return { ok: false, reason: parsed.error.issues.map((issue) => `${issue.path.join('.') || 'digest'}: ${issue.message}`).join('; ').slice(0, 500) }
  const { data } = parsed
  const previous = previousOf(data)
  if (previous === 'incomplete') return { ok: false, reason: 'It names the digest before it only in part.' }
  return {
    ok: true,
    digest: {
      startTime: data.digestStartTime,
      endTime: data.digestEndTime,
      bucket: data.digestS3Bucket,
      key: data.digestS3Object,
      fingerprint: data.digestPublicKeyFingerprint,
      previous,
      logFiles: data.logFiles.map((file) => ({ bucket: file.s3Bucket, key: file.s3Object, hash: file.hashValue })),
    },
  }
}

function previousOf(data: z.infer<typeof form>): Digest['previous'] | 'incomplete' {
  const { previousDigestS3Bucket: bucket, previousDigestS3Object: key, previousDigestHashValue: hash, previousDigestSignature: signature } = data
  if (bucket && key && hash && signature) return { bucket, key, hash, signature }
  return bucket || key || hash || signature ? 'incomplete' : null
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
