import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { type AwsResult, ownFailure } from './aws-failure.ts'
import { type Circuit, openCircuit } from './circuit.ts'
import { believing, type Identities, requestHandler, steady } from './credentials.ts'

/** A bucket, its Region, and the account whose reader may read it. */
export type BucketPlace = { accountId: string; region: string; bucket: string }
type ListedObject = { key: string; size: number; modifiedAt: Date }
/** `metadata` are the object's `x-amz-meta-…`, without that prefix. */
type ObjectFacts = { size: number; metadata: Record<string, string> }

export type LogBucket = {
  /** At most 1,000 objects whose keys begin with `prefix` and come after `after`, in the order of their UTF-8 bytes; `more` when there are others. */
  listObjects(question: BucketPlace & { prefix: string; after?: string | undefined }): Promise<AwsResult<{ objects: ListedObject[]; more: boolean }>>
  /**
   * Hands an object over piece by piece, waiting for each to be taken. What is larger than `maxBytes` is `invalid`
   * (`ObjectTooLarge`), and so is what goes on longer than it said; `take` does not throw. After a failure pieces may have been taken already.
   */
  readObject(question: BucketPlace & { key: string; maxBytes: number; take: (chunk: Uint8Array) => void | Promise<void> }): Promise<AwsResult<ObjectFacts>>
}

/** A large file on a slow line; a silent one is given up by the socket long before. */
const readingMs = 120_000
const firstByteMs = 12_000

/**
 * The objects of one bucket as the account's reader sees them. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function openLogBucket(identities: Identities): LogBucket {
  const open = new Map<string, { client: S3Client; lists: Circuit; reads: Circuit }>()
  const placeOf = ({ accountId, region, bucket }: BucketPlace) => {
    const key = `${accountId}/${region}/${bucket}`
    const client = () => believing(new S3Client({ ...steady, requestHandler: { ...requestHandler, socketTimeout: 8_000 }, region, credentials: identities.readerOf(accountId) }))
    const place = open.get(key) ?? { client: client(), lists: openCircuit(`S3 bucket ${bucket}`), reads: openCircuit(`S3 bucket ${bucket}`, undefined, readingMs) }
    open.set(key, place)
    return place
  }
  return {
    listObjects: (question) => {
      const { client, lists } = placeOf(question)
      return lists.ask(async (abortSignal) => {
        const page = await client.send(new ListObjectsV2Command({ Bucket: question.bucket, Prefix: question.prefix, StartAfter: question.after }), { abortSignal })
        const objects = (page.Contents ?? []).flatMap(({ Key, Size = 0, LastModified = new Date(0) }) => (Key === undefined ? [] : [{ key: Key, size: Size, modifiedAt: LastModified }]))
        return { objects, more: page.IsTruncated === true }
      })
    },
    readObject: async (question) => {
      const { client, reads } = placeOf(question)
      const answer = await reads.ask((abortSignal) => readWithin(client, question, abortSignal))
      if (!answer.ok) return answer
      const { tooLarge, ...facts } = answer
      return tooLarge ? ownFailure('invalid', 'ObjectTooLarge', `The object is larger than ${question.maxBytes} bytes.`) : facts
    },
  }
}

type Reading = Parameters<LogBucket['readObject']>[0]

/** Until its first byte an object gets no more patience than any other answer. */
async function begun<Value>(patience: AbortSignal, ask: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
  const first = new AbortController()
  const timer = setTimeout(() => first.abort(), firstByteMs)
  try {
    return await ask(AbortSignal.any([patience, first.signal]))
  } finally {
    clearTimeout(timer)
  }
}

/** Too large is an answer: it does not open the circuit. */
async function readWithin(client: S3Client, { bucket, key, maxBytes, take }: Reading, abortSignal: AbortSignal): Promise<ObjectFacts & { tooLarge: boolean }> {
  const { Body, ContentLength = 0, Metadata = {} } = await begun(abortSignal, (signal) => client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal }))
  const body = Body as (AsyncIterable<Uint8Array> & { destroy(): void }) | undefined
  if (!body) throw new SyntaxError('An answer without a body.')
  let size = 0
  let tooLarge = ContentLength > maxBytes
  try {
    for await (const chunk of tooLarge ? [] : body) {
      size += chunk.length
      tooLarge = size > maxBytes
      if (tooLarge) break
      abortSignal.throwIfAborted()
      await take(chunk)
    }
  } finally {
    body.destroy()
  }
  return { size, metadata: Metadata, tooLarge }
}
