import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { type AwsResult, ownFailure } from './aws-failure.ts'
import { openCircuit } from './circuit.ts'
import { believing, type CredentialProvider, requestHandler, steady } from './credentials.ts'

/** A bucket with Object Lock that checkpoints are put into, and for how long each object there can be deleted by nobody. */
export type AnchorBucketSettings = { bucket: string; region: string; prefix: string; retentionDays: number }

export type AnchorBucket = {
  /** Puts an object that nobody can overwrite or delete before `retainUntil` (compliance mode). One that is there already is left as it is and counts as put. */
  put(key: string, text: string, retainUntil: Date): Promise<AwsResult<object>>
  /** The texts of the newest objects by their keys' order, at most `count`. */
  newest(count: number): Promise<AwsResult<{ texts: string[] }>>
}

const patienceMs = 15_000

/**
 * The bucket as the portal's own identity sees it, which needs s3:PutObject, s3:PutObjectRetention, s3:GetObject and s3:ListBucket there.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
export function openAnchorBucket({ bucket, region, prefix }: AnchorBucketSettings, credentials: CredentialProvider): AnchorBucket {
  const client = believing(new S3Client({ ...steady, requestHandler, region, credentials }))
  const circuit = openCircuit(`S3 bucket ${bucket}`, undefined, patienceMs)
  return {
    put: async (key, text, retainUntil) => {
      const answer = await circuit.ask(async (abortSignal) => {
        try {
          await client.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}${key}`, Body: text, ContentType: 'application/x-ndjson', ChecksumAlgorithm: 'SHA256', IfNoneMatch: '*', ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: retainUntil }), { abortSignal })
          return {}
        } catch (error) {
          // Another replica put it, or this one did before it could note so.
          if (error instanceof Error && error.name === 'PreconditionFailed') return {}
          if (error instanceof Error && error.name === 'InvalidRequest') return { refused: error.message }
          throw error
        }
      })
      if (!answer.ok || !('refused' in answer)) return answer
      return ownFailure('invalid', 'ObjectLockMissing', `The bucket ${bucket} does not take locked objects: it needs Object Lock, which is chosen when a bucket is made.`)
    },
    newest: (count) =>
      circuit.ask(async (abortSignal) => {
        const keys: string[] = []
        for (let after: string | undefined; ; ) {
          const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `${prefix}checkpoints/`, StartAfter: after }), { abortSignal })
          keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []))
          keys.splice(0, Math.max(0, keys.length - count))
          if (!page.IsTruncated) break
          after = page.Contents?.at(-1)?.Key
        }
        const texts: string[] = []
        for (const Key of keys) texts.push((await (await client.send(new GetObjectCommand({ Bucket: bucket, Key }), { abortSignal })).Body?.transformToString()) ?? '')
        return { texts }
      }),
  }
}
