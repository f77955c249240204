import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'latchkey-scan-'))
  mkdirSync(path.join(folder, 'rules'))
  mkdirSync(path.join(folder, 'logs/deep'), { recursive: true })
  writeFileSync(path.join(folder, 'rules/rules.yml'), [
    'title: A bucket went\nid: aaaaaaaa-0000-4000-8000-000000000001\nlevel: high\nlogsource: { product: aws, service: cloudtrail }\ndetection: { s: { eventName: DeleteBucket }, condition: s }\n',
    'title: Two buckets went\nid: aaaaaaaa-0000-4000-8000-000000000002\nlevel: critical\ncorrelation: { type: event_count, rules: [aaaaaaaa-0000-4000-8000-000000000001], group-by: [recipientAccountId], timespan: 1h, condition: { gte: 2 }, generate: true }\n',
    'title: Elsewhere\nlogsource: { product: windows }\ndetection: { s: { a: 1 }, condition: s }\n',
  ].join('---\n'))
  const gone = (id: string, minute: string) => ({ eventID: id, eventName: 'DeleteBucket', eventSource: 's3.amazonaws.com', eventTime: `2026-11-23T10:${minute}:00Z`, recipientAccountId: '1' })
  writeFileSync(path.join(folder, 'logs/b.json'), JSON.stringify({ Records: [gone('late', '30'), { ...gone('read', '31'), eventName: 'ListBuckets' }] }))
  writeFileSync(path.join(folder, 'logs/deep/c.json.gz'), gzipSync(JSON.stringify({ Records: [gone('early', '10'), gone('late', '30')] })))
  writeFileSync(path.join(folder, 'logs/d.json'), '{"Records":[{"oops":')
})
afterAll(() => rmSync(folder, { recursive: true }))

const scan = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['lib/detection/cli/trail-scan.ts', ...args.map((arg) => (arg.startsWith('-') ? arg : path.join(folder, arg)))], { encoding: 'utf8' })
  return { status, hits: stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line) as object), said: stderr }
}

describe('trail:scan', () => {
  it('prints a line a hit in the order of time, each event once with its first file, and exits 1', () => {
    const { status, hits, said } = scan('--no-builtin', '--rules', 'rules', 'logs')
    expect(status).toBe(1)
    const event = { rule: 'aaaaaaaa-0000-4000-8000-000000000001', title: 'A bucket went', level: 'high' }
    expect(hits).toEqual([
      { ...event, eventID: 'early', eventTime: '2026-11-23T10:10:00Z', file: path.join(folder, 'logs/deep/c.json.gz') },
      { ...event, eventID: 'late', eventTime: '2026-11-23T10:30:00Z', file: path.join(folder, 'logs/b.json') },
      { rule: 'aaaaaaaa-0000-4000-8000-000000000002', title: 'Two buckets went', level: 'critical', eventID: 'late', eventTime: '2026-11-23T10:30:00Z', file: path.join(folder, 'logs/b.json'), eventIDs: ['early', 'late'] },
    ])
    expect(said).toMatch(/3 events, 1 duplicates, 1 unreadable, 3 hits, [\d,]+ events\/s/)
    expect(said).toContain('Rule not used: Elsewhere')
    expect(said).toContain(`Not read: ${path.join(folder, 'logs/d.json')}, record 1: The file ends within it.`)
  })

  it('exits 0 without hits, and says the same as JSON where asked', () => {
    const { status, hits, said } = scan('--no-builtin', '--rules', 'rules', '--json', 'logs/d.json')
    expect([status, hits]).toEqual([0, []])
    expect(JSON.parse(said)).toMatchObject({ events: 0, duplicates: 0, unreadable: 1, hits: 0, refusedRules: [{ rule: 'Elsewhere' }], unreadableRecords: [{ position: 'record 1' }] })
  })

  it('exits 2 with what is wrong and how it is used', () => {
    for (const [args, says] of [[[], 'Say which files'], [['--fast', 'logs'], "'--fast'"], [['--no-builtin', '--rules', 'rules', 'nowhere'], 'There is no'], [['--rules', 'nowhere', 'logs'], 'There is no'], [['--rules', 'logs/deep', 'logs'], 'There is no rule'], [['--no-builtin', 'logs'], '--rules has to say']] as const) {
      const { status, hits, said } = scan(...args)
      expect([status, hits], said).toEqual([2, []])
      expect(said).toContain(says)
    }
  })
})
