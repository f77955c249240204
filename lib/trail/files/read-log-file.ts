import { createReadStream, readFileSync, statSync } from 'node:fs'
import { createGunzip, gunzipSync, constants } from 'node:zlib'
import { RecordSplitter } from './split-records.ts'

export type LogReader = {
  /** One CloudTrail record, parsed, out of whatever it was wrapped in. */
  record(event: object): void
  /** What could not be read, where in the file, and why; the rest is read all the same. */
  unreadable(position: string, reason: string): void
}

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
    if (statSync(path).size > wholeBytes) return await readStream(path, reader)
    const bytes = readFileSync(path)
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return readText(bytes.toString('utf8'), reader)
    const inflated = inflate(bytes)
    if (inflated === 'too large') return await readStream(path, reader)
    if (inflated === undefined) return reader.unreadable('start', 'This is not gzip, though it begins like it.')
    if (!inflated.whole) reader.unreadable(`byte ${bytes.length}`, 'The gzip file is cut off or damaged.')
    readText(inflated.text, reader)
  } catch (error) {
    reader.unreadable('file', error instanceof Error ? error.message : String(error))
  }
}

function inflate(bytes: Buffer): { text: string; whole: boolean } | 'too large' | undefined {
  try {
    return { text: gunzipSync(bytes, { maxOutputLength: inflatedBytes }).toString('utf8'), whole: true }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return 'too large'
  }
  try {
    return { text: gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: inflatedBytes }).toString('utf8'), whole: false }
  } catch {
    return undefined
  }
}

function readText(text: string, reader: LogReader): void {
  const parsed = parse(text)
  if (parsed !== undefined) return readWhole(parsed, reader)
  const splitter = new RecordSplitter()
  const texts = splitter.push(`${text}\n`)
  readTexts(texts, 0, reader)
  readRest(splitter, texts.length, reader)
}

/** Digests and the like, which lie among log files and hold none. */
const isDigest = (value: object): boolean => 'digestStartTime' in value || 'digestS3Object' in value

function readWhole(value: unknown, reader: LogReader): void {
  if (Array.isArray(value)) return readAll(value, reader)
  if (typeof value !== 'object' || value === null) return reader.unreadable('start', 'This is no log of CloudTrail.')
  if ('Records' in value && Array.isArray(value.Records)) return readAll(value.Records, reader)
  if ('Events' in value && Array.isArray(value.Events)) return readAll(value.Events, reader)
  if (!isDigest(value)) readOne(value, 'record 1', reader)
}

function readAll(values: readonly unknown[], reader: LogReader): void {
  for (let index = 0; index < values.length; index += 1) readOne(values[index], index, reader)
}

function readOne(value: unknown, position: string | number, reader: LogReader): void {
  const where = (): string => (typeof position === 'number' ? `record ${position + 1}` : position)
  if (typeof value !== 'object' || value === null) return reader.unreadable(where(), 'This is no record of CloudTrail.')
  if ('eventName' in value) return reader.record(value)
  if ('detail' in value && 'detail-type' in value && typeof value.detail === 'object' && value.detail !== null) return reader.record(value.detail)
  if ('CloudTrailEvent' in value && typeof value.CloudTrailEvent === 'string') {
    const inner = parse(value.CloudTrailEvent)
    return typeof inner === 'object' && inner !== null ? reader.record(inner) : reader.unreadable(where(), 'Its CloudTrailEvent is not JSON.')
  }
  reader.unreadable(where(), 'This is no record of CloudTrail.')
}

function readTexts(texts: readonly string[], before: number, reader: LogReader): void {
  texts.forEach((text, index) => {
    const value = parse(text)
    if (value === undefined) reader.unreadable(`record ${before + index + 1}`, 'This is not JSON.')
    else if (typeof value !== 'object' || value === null || !isDigest(value)) readOne(value, before + index, reader)
  })
}

function readRest(splitter: RecordSplitter, before: number, reader: LogReader): void {
  const { texts, cut } = splitter.rest()
  if (cut) reader.unreadable(`record ${before + 1}`, 'The file ends within it.')
  else readTexts(texts, before, reader)
}

async function readStream(path: string, reader: LogReader): Promise<void> {
  const splitter = new RecordSplitter()
  let count = 0
  try {
    for await (const chunk of (await isGzip(path)) ? createReadStream(path).pipe(createGunzip()).setEncoding('utf8') : createReadStream(path, 'utf8')) {
      const texts = splitter.push(chunk as string)
      readTexts(texts, count, reader)
      count += texts.length
    }
  } catch (error) {
    reader.unreadable(`after record ${count}`, error instanceof Error ? `The file cannot be read on: ${error.message}.` : String(error))
  }
  readRest(splitter, count, reader)
}

async function isGzip(path: string): Promise<boolean> {
  for await (const chunk of createReadStream(path, { start: 0, end: 1 })) return (chunk as Buffer)[0] === 0x1f && (chunk as Buffer)[1] === 0x8b
  return false
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text) as unknown
  } catch {
    return undefined
  }
}
