import { createReadStream, readFileSync, statSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { gunzipSync, constants } from 'node:zlib'
import { openInflate } from './inflate.ts'
import { type LogReader, readRest, readText, readTexts } from './read-records.ts'
import { RecordSplitter } from './split-records.ts'

/** Files up to this size are parsed at once, which is fastest; larger ones while they are read. */
const wholeBytes = 32 * 1024 * 1024
const inflatedBytes = 32 * 1024 * 1024

/**
 * Reads a file of CloudTrail records, gzip or plain: `{"Records": […]}` as S3 holds it, the answer of LookupEvents, an array,
 * or a record a line, each record bare or in EventBridge's envelope. Digest files hold no records. Never throws for what
 * a file says: every record that can be read is, and what cannot is told with its position.
 */
export async function readLogFile(path: string, reader: LogReader): Promise<void> {
  try {
    if (statSync(path).size > wholeBytes) return await readStream(createReadStream(path), reader)
    const bytes = readFileSync(path)
    if (!readBytes(bytes, reader)) await readStream([bytes], reader)
  } catch (error) {
    reader.unreadable('file', error instanceof Error ? error.message : String(error))
  }
}

/** Takes a file piece by piece, in order; `end` when there is no more. Neither throws. */
export type LogFeed = { take: (chunk: Uint8Array) => Promise<void>; end: () => Promise<void> }

/** The same as `readLogFile` for a file that arrives in pieces, as an object of S3 does. Records are told by `end` at the latest. */
export function openLogFeed(reader: LogReader): LogFeed {
  const kept: Uint8Array[] = []
  let size = 0
  let stream: LogFeed | undefined
  return {
    take: async (chunk) => {
      if (stream) return stream.take(chunk)
      kept.push(chunk)
      size += chunk.length
      if (size <= wholeBytes) return
      stream = openStream(reader)
      for (const piece of kept.splice(0)) await stream.take(piece)
    },
    end: async () => {
      if (stream) return stream.end()
      const bytes = Buffer.concat(kept)
      if (!readBytes(bytes, reader)) await readStream([bytes], reader)
    },
  }
}

/** False when it is too large to be inflated at once; nothing was told then. */
function readBytes(bytes: Buffer, reader: LogReader): boolean {
  const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b
  const inflated = gzip ? inflate(bytes) : { text: bytes.toString('utf8'), whole: true }
  if (inflated === 'too large') return false
  if (inflated === undefined) reader.unreadable('start', 'This is not gzip, though it begins like it.')
  else {
    if (!inflated.whole) reader.unreadable(`byte ${bytes.length}`, 'The gzip file is cut off or damaged.')
    readText(inflated.text, reader)
  }
  return true
}

function inflate(bytes: Buffer): { text: string; whole: boolean } | 'too large' | undefined {
  try {
    return { text: gunzipSync(bytes, { maxOutputLength: inflatedBytes, chunkSize: saidSize(bytes) }).toString('utf8'), whole: true }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return 'too large'
  }
  try {
    return { text: gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: inflatedBytes }).toString('utf8'), whole: false }
  } catch {
    return undefined
  }
}

/** How long the content is, as the end of a gzip file says (RFC 1952, 2.3.1), so that one piece of memory takes it; it is believed within bounds. */
function saidSize(bytes: Buffer): number {
  const said = bytes.length >= 18 ? bytes.readUInt32LE(bytes.length - 4) : 0
  return Math.min(Math.max(said + 1, 16_384), Math.min(inflatedBytes, bytes.length * 40 + 16_384))
}

async function readStream(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, reader: LogReader): Promise<void> {
  const stream = openStream(reader)
  for await (const chunk of chunks) await stream.take(chunk)
  await stream.end()
}

/** Parses records while their file arrives. */
function openStream(reader: LogReader): LogFeed {
  const splitter = new RecordSplitter()
  const decoder = new StringDecoder('utf8')
  let count = 0
  const read = (text: string): void => {
    const texts = splitter.push(text)
    readTexts(texts, count, reader)
    count += texts.length
  }
  const inflate = openInflate((content) => read(decoder.write(content)), Infinity)
  return {
    take: (chunk) => inflate.take(chunk),
    end: async () => {
      const inflated = await inflate.end()
      if (!inflated.ok) reader.unreadable(`after record ${count}`, 'The gzip file is cut off or damaged.')
      readRest(splitter, count, reader)
    },
  }
}
