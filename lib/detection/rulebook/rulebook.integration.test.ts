import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSlice, type Slice } from '#lib/local/test/slice.ts'
import { ingestRecords } from '#lib/trail/ingest/ingest-records.ts'
import { openEventWatch } from '../watch/open-event-watch.ts'
import { readRuleShelf, type RuleShelf } from '../watch/rule-shelf.ts'
import { listRules } from './rules.queries.ts'
import { switchRule } from './switch-rule.ts'
import { tryRule } from './try-rule.ts'

const ours = 'add3112b-25b8-4309-93d4-d9aad01cb301'
const rule = (id: string, title: string, detection: string): string => `title: ${title}\nid: ${id}\nauthor: Somebody Else\nlicense: DRL 1.1\nlevel: high\nlogsource: { product: aws, service: cloudtrail }\ndetection: ${detection}\n`

let slice: Slice
let folder: string
let shelf: RuleShelf
beforeAll(async () => {
  slice = await startSlice()
  folder = mkdtempSync(path.join(tmpdir(), 'latchkey-rules-'))
  writeFileSync(path.join(folder, 'foreign.yml'), rule('foreign-1', 'A bucket was made', '{ s: { eventName: CreateBucket }, condition: s }'))
  writeFileSync(path.join(folder, 'posing.yml'), rule(ours, 'Nothing to see', '{ s: { eventName: Nothing }, condition: s }'))
  writeFileSync(path.join(folder, 'listed.yml'), rule('listed-1', 'By a list', "{ s: { 'userIdentity.userName|expand': '%admins%' }, condition: s }"))
  writeFileSync(path.join(folder, 'odd.yml'), 'title: Odd\nfilter: x\n')
  shelf = readRuleShelf([folder])
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await slice.close()
})

const deps = (lists: ReadonlyMap<string, readonly string[]> = new Map()) => ({ db: slice.deps.db, clock: slice.deps.clock, shelf, lists })
const made = (eventID: string) => ({ eventVersion: '1.11', eventID, eventTime: new Date(slice.clock.now().getTime() - 60_000).toISOString(), eventName: 'CreateBucket', eventSource: 's3.amazonaws.com', awsRegion: 'us-east-1', userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::301122334455:user/tom', userName: 'tom' }, recipientAccountId: '301122334455' })
const ingest = (eventID: string) => ingestRecords({ ...slice.deps, eventWatch: openEventWatch(slice.deps.db, shelf, new Map([['admins', ['tom']]])) }, { records: [made(eventID)] }, slice.clock.now())

test('only an admin switches rules; others are told why not, or see nothing', async () => {
  const answer = async (persona: string) => {
    const result = await switchRule(deps(), await slice.viewer(persona), ours, false)
    return result.ok ? 'ok' : result.code
  }
  expect([await answer('maya'), await answer('rosa'), await answer('amir')]).toEqual(['not_found', 'not_allowed', 'not_allowed'])
  expect(await slice.deps.db.ruleSwitch.count()).toBe(0)
  expect(await listRules(slice.deps.db, await slice.viewer('maya'), shelf, slice.clock.now())).toBeNull()
  expect(await tryRule(slice.deps.db, await slice.viewer('maya'), shelf.rules[0]!.file, new Map(), new Date(0))).toBeNull()
})

test('nobody takes the place of a rule of ours by its id, and what cannot be read is told by name', () => {
  expect(shelf.rules.find(({ about }) => about.id === ours)).toMatchObject({ builtin: true })
  expect(shelf.refusals.map(({ rule: name }) => name).toSorted()).toEqual(['Nothing to see', 'Odd'])
})

test('a foreign rule is off until it is switched on, shows its author and licence, and is in the record', async () => {
  const lena = await slice.viewer('lena')
  const listed = async () => (await listRules(slice.deps.db, lena, shelf, slice.clock.now()))!.rules.find(({ about }) => about.id === 'foreign-1')
  expect(await listed()).toMatchObject({ enabled: false, builtin: false, about: { author: 'Somebody Else', license: 'DRL 1.1' } })
  expect(await ingest('e1')).toMatchObject({ stored: 0, passed: 1 })
  expect(await switchRule(deps(), lena, 'foreign-1', true)).toMatchObject({ ok: true })
  expect(await switchRule(deps(), lena, 'foreign-1', true)).toMatchObject({ ok: false, code: 'already' })
  expect(await listed()).toMatchObject({ enabled: true, changedBy: 'Lena Fischer' })
  expect(await ingest('e2')).toMatchObject({ stored: 1, passed: 0 })
  expect(await slice.deps.db.recordEntry.count({ where: { kind: 'rule.on', subjectId: 'foreign-1', actorId: lena.personId } })).toBe(1)
})

test('a rule that wants a list that is not configured is not switched on; with the list it is', async () => {
  const lena = await slice.viewer('lena')
  expect(await switchRule(deps(), lena, 'listed-1', true)).toMatchObject({ ok: false, code: 'not_usable', message: expect.stringContaining('%admins%') })
  expect(await switchRule(deps(new Map([['admins', ['tom']]])), lena, 'listed-1', true)).toMatchObject({ ok: true })
})

test('trying a rule says what it would have found in the stored events, and keeps nothing', async () => {
  const rosa = await slice.viewer('rosa')
  await ingest('e3')
  const before = await slice.deps.db.ruleMatch.count()
  const since = new Date(slice.clock.now().getTime() - 3_600_000)
  const foreign = shelf.rules.find(({ about }) => about.id === 'foreign-1')!
  expect(await tryRule(slice.deps.db, rosa, foreign.file, new Map(), since)).toMatchObject({ events: 2, whole: true, hits: 2, examples: [{ what: 's3:CreateBucket', who: 'tom' }, {}] })
  const twice = { path: 'x.yml', text: `title: Twice\ncorrelation: { type: event_count, rules: [made], group-by: [userIdentity.arn], timespan: 10m, condition: { gte: 2 } }\n---\n${rule('made-1', 'Made', '{ s: { eventName: CreateBucket }, condition: s }')}name: made\n` }
  expect(await tryRule(slice.deps.db, rosa, twice, new Map(), since)).toMatchObject({ hits: 1, examples: [{ title: 'Twice', eventIds: ['e2', 'e3'] }] })
  expect(await tryRule(slice.deps.db, rosa, foreign.file, new Map(), slice.clock.now())).toMatchObject({ events: 0, hits: 0 })
  expect(await slice.deps.db.ruleMatch.count()).toBe(before)
})
