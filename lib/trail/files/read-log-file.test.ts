import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openInflate } from './inflate.ts'
import { openLogFeed, readLogFile } from './read-log-file.ts'
import { RecordSplitter } from './split-records.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'latchkey-logs-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const event = (name: string) => ({ eventID: name, eventName: name, eventSource: 'x.amazonaws.com', eventTime: '2026-11-23T00:00:00Z' })
const [a, b, c] = [event('A'), event('B'), event('C')]
const json = (value: unknown): string => JSON.stringify(value)

async function read(content: string | Buffer): Promise<{ names: string[]; unreadable: string[] }> {
  const file = path.join(folder, 'log')
  writeFileSync(file, content)
  const names: string[] = []
  const unreadable: string[] = []
  await readLogFile(file, { record: (found) => names.push((found as { eventName: string }).eventName), unreadable: (position, reason) => unreadable.push(`${position}: ${reason}`) })
  return { names, unreadable }
}

describe('every shape in which CloudTrail records lie about', () => {
  const envelope = (detail: unknown) => ({ version: '0', 'detail-type': 'AWS API Call via CloudTrail', source: 'aws.x', detail })
  const shapes: [name: string, content: string | Buffer][] = [
    ['a log file of S3', json({ Records: [a, b] })],
    ['the same as gzip', gzipSync(json({ Records: [a, b] }))],
    ['the same, set out in lines', JSON.stringify({ Records: [a, b] }, null, 2)],
    ['a record a line', `${json(a)}\n${json(b)}\n`],
    ['a record a line, without the last line break, with empty lines', `${json(a)}\r\n\r\n${json(b)}`],
    ['lines as gzip', gzipSync(`${json(a)}\n${json(b)}\n`)],
    ['an array', json([a, b])],
    ['the answer of LookupEvents', json({ Events: [a, b].map((one) => ({ EventId: one.eventID, CloudTrailEvent: json(one) })) })],
    ['its events a line', [a, b].map((one) => json({ CloudTrailEvent: json(one) })).join('\n')],
    ["EventBridge's envelopes, a line each", [a, b].map((one) => json(envelope(one))).join('\n')],
    ["EventBridge's envelopes in an array", json([a, b].map(envelope))],
    ['with a byte order mark', `\uFEFF${json({ Records: [a, b] })}`],
    ['two gzip parts, one after the other', Buffer.concat([gzipSync(`${json(a)}\n`), gzipSync(`${json(b)}\n`)])],
  ]
  it.each(shapes)('%s', async (_name, content) => {
    expect(await read(content)).toEqual({ names: ['A', 'B'], unreadable: [] })
  })

  it('a single record, and a single envelope', async () => {
    expect(await read(json(a))).toEqual({ names: ['A'], unreadable: [] })
    expect(await read(json(envelope(a)))).toEqual({ names: ['A'], unreadable: [] })
  })
  it('a digest file and an empty log hold none', async () => {
    expect(await read(json({ awsAccountId: '1', digestStartTime: '2026-11-23T00:00:00Z', digestS3Object: 'x', logFiles: [] }))).toEqual({ names: [], unreadable: [] })
    expect(await read(json({ Records: [] }))).toEqual({ names: [], unreadable: [] })
    expect(await read('')).toEqual({ names: [], unreadable: [] })
  })
})

describe('what is broken is told with its place, and the rest is read', () => {
  it('a line that is not JSON', async () => {
    expect(await read(`${json(a)}\n{"eventName": oops}\n${json(c)}\n`)).toEqual({ names: ['A', 'C'], unreadable: ['record 2: This is not JSON.'] })
  })
  it('a file that ends within a record', async () => {
    const whole = json({ Records: [a, b, c] })
    expect(await read(whole.slice(0, -20))).toEqual({ names: ['A', 'B'], unreadable: ['record 3: The file ends within it.'] })
  })
  it('a file that ends between records', async () => {
    expect(await read(`{"Records":[${json(a)},${json(b)}`)).toEqual({ names: ['A', 'B'], unreadable: ['record 3: The file ends within it.'] })
  })
  it('gzip that is cut off', async () => {
    const lines = Array.from({ length: 2_000 }, (_, index) => json({ ...a, eventName: `E${index}`, noise: Math.sin(index) })).join('\n')
    const { names, unreadable } = await read(gzipSync(lines).subarray(0, 20_000))
    expect(names.length).toBeGreaterThan(100)
    expect(names.slice(0, 3)).toEqual(['E0', 'E1', 'E2'])
    expect(unreadable[0]).toBe('byte 20000: The gzip file is cut off or damaged.')
  })
  it('what only begins like gzip', async () => {
    expect(await read(Buffer.from([0x1f, 0x8b, 1, 2, 3, 4]))).toMatchObject({ names: [], unreadable: [expect.stringMatching(/^(start|byte)/)] })
  })
  it('values that are no records', async () => {
    expect((await read(json({ Records: [a, null, 7, 'x', { hello: 1 }, b] }))).names).toEqual(['A', 'B'])
    expect((await read(json({ Records: [a, null, 7] }))).unreadable).toEqual(['record 2: This is no record of CloudTrail.', 'record 3: This is no record of CloudTrail.'])
    expect(await read('"text"')).toEqual({ names: [], unreadable: ['start: This is no log of CloudTrail.'] })
    expect(await read(Buffer.from([0, 1, 2, 3, 0xff]))).toMatchObject({ names: [], unreadable: ['record 1: This is not JSON.'] })
    expect((await read(json({ Events: [{ CloudTrailEvent: '{oops' }] }))).unreadable).toEqual(['record 1: Its CloudTrailEvent is not JSON.'])
  })
  it('a file that is not there', async () => {
    const unreadable: string[] = []
    await readLogFile(path.join(folder, 'nowhere'), { record: () => undefined, unreadable: (_position, reason) => unreadable.push(reason) })
    expect(unreadable).toEqual([expect.stringContaining('ENOENT')])
  })
})

describe('a file that arrives in pieces', () => {
  const records = (count: number) => Array.from({ length: count }, (_, index) => ({ ...a, eventName: `E${index}`, noise: String(Math.sin(index)).repeat(20) }))
  async function feed(content: Buffer, size: number): Promise<{ names: string[]; unreadable: string[] }> {
    const [names, unreadable]: [string[], string[]] = [[], []]
    const log = openLogFeed({ record: (found) => names.push((found as { eventName: string }).eventName), unreadable: (position, reason) => unreadable.push(`${position}: ${reason}`) })
    for (let at = 0; at < content.length; at += size) await log.take(content.subarray(at, at + size))
    await log.end()
    return { names, unreadable }
  }
  const names = (count: number) => records(count).map((one) => one.eventName)

  it('is read as if it lay there, gzip or plain, wherever its pieces end', async () => {
    const text = Buffer.from(json({ Records: records(20) }))
    for (const content of [text, gzipSync(text)]) {
      for (const size of [1, 7, 100_000]) expect(await feed(content, size)).toEqual({ names: names(20), unreadable: [] })
    }
    expect(await feed(Buffer.alloc(0), 1)).toEqual({ names: [], unreadable: [] })
  })
  it('is read while it arrives when it is large, and what is broken in it is told', async () => {
    const count = 1_000
    const lines = Buffer.from(records(count).map((one) => json({ ...one, noise: one.noise.repeat(150) })).join('\n'))
    expect(lines.length).toBeGreaterThan(48 * 1024 * 1024)
    expect(await feed(lines, 1_000_000)).toEqual({ names: names(count), unreadable: [] })
    const damaged = gzipSync(lines, { level: 0 })
    damaged.fill(0xff, 30_000_000, 30_100_000)
    const cut = await feed(damaged, 1_000_000)
    expect(cut.names.length).toBeGreaterThan(100)
    expect(cut.names).toEqual(names(cut.names.length))
    expect(cut.unreadable[0]).toMatch(/^after record \d+: The gzip file is cut off or damaged\.$/)
  })
})

describe('openInflate', () => {
  async function inflate(content: Buffer, size: number, maxBytes = Infinity): Promise<[text: string, outcome: unknown]> {
    let text = ''
    const one = openInflate((piece) => void (text += piece.toString('latin1')), maxBytes)
    for (let at = 0; at < content.length; at += size) await one.take(content.subarray(at, at + size))
    const outcome = await one.end()
    return [text, outcome]
  }
  const text = Array.from({ length: 800 }, (_, index) => Math.sin(index)).join()

  it('says of gzip that is cut off or damaged that it is, and never waits for ever', async () => {
    const whole = gzipSync(text)
    for (const size of [1, 1_000, 1_000_000]) {
      expect(await inflate(whole, size)).toEqual([text, { ok: true }])
      const [held, outcome] = await inflate(whole.subarray(0, -500), size)
      expect([text.startsWith(held), outcome]).toEqual([true, { ok: false, reason: 'damaged' }])
      expect((await inflate(Buffer.concat([whole.subarray(0, 10), Buffer.alloc(5_000, 0xff)]), size))[1]).toEqual({ ok: false, reason: 'damaged' })
    }
  })
  it('gives no more than it may', async () => {
    for (const content of [gzipSync(text), Buffer.from(text)]) {
      const [given, outcome] = await inflate(content, 500, 5_000)
      expect([given.length <= 5_000, outcome]).toEqual([true, { ok: false, reason: 'too_large' }])
      expect(await inflate(content, 500, text.length)).toEqual([text, { ok: true }])
    }
    expect(await inflate(Buffer.from('x'), 1)).toEqual(['x', { ok: true }])
  })
})

describe('RecordSplitter', () => {
  it('cuts the same records wherever the pieces of a file end', () => {
    const tricky = { ...a, userAgent: 'a "quoted" \\ brace } ] and { [', nested: { list: [{ x: '}' }] } }
    for (const text of [json({ Records: [tricky, b, c] }), JSON.stringify({ Records: [tricky, b, c] }, null, 2), json([tricky, b, c]), `${[tricky, b, c].map(json).join('\n')}\n`]) {
      for (let size = 1; size < 90; size += 7) {
        const splitter = new RecordSplitter()
        const found: string[] = []
        for (let at = 0; at < text.length; at += size) found.push(...splitter.push(text.slice(at, at + size)))
        found.push(...splitter.rest().texts)
        expect(found.map((one) => JSON.parse(one) as unknown)).toEqual([tricky, b, c])
      }
    }
  })
})
