import { RecordSplitter } from './split-records.ts'

export type LogReader = {
  /** One CloudTrail record, parsed, out of whatever it was wrapped in. */
  record(event: object): void
  /** What could not be read, where in the file, and why; the rest is read all the same. */
  unreadable(position: string, reason: string): void
}

/** A whole text: one document, or a record a line. */
export function readText(text: string, reader: LogReader): void {
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
  // Asked of every record: reading a property is faster than asking whether there is one.
  if ((value as { eventName?: unknown }).eventName !== undefined || 'eventName' in value) return reader.record(value)
  if ('detail' in value && 'detail-type' in value && typeof value.detail === 'object' && value.detail !== null) return reader.record(value.detail)
  if ('CloudTrailEvent' in value && typeof value.CloudTrailEvent === 'string') {
    const inner = parse(value.CloudTrailEvent)
    return typeof inner === 'object' && inner !== null ? reader.record(inner) : reader.unreadable(where(), 'Its CloudTrailEvent is not JSON.')
  }
  reader.unreadable(where(), 'This is no record of CloudTrail.')
}

/** Texts of single records, `before` of which were read already. */
export function readTexts(texts: readonly string[], before: number, reader: LogReader): void {
  texts.forEach((text, index) => {
    const value = parse(text)
    if (value === undefined) reader.unreadable(`record ${before + index + 1}`, 'This is not JSON.')
    else if (typeof value !== 'object' || value === null || !isDigest(value)) readOne(value, before + index, reader)
  })
}

/** What a splitter holds when the text is over. */
export function readRest(splitter: RecordSplitter, before: number, reader: LogReader): void {
  const { texts, cut } = splitter.rest()
  if (cut) reader.unreadable(`record ${before + 1}`, 'The file ends within it.')
  else readTexts(texts, before, reader)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text) as unknown
  } catch {
    return undefined
  }
}
