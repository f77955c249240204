import { expect, test } from 'vitest'
import { decideLine, type LineFacts, whyReason } from './decide-line.ts'
import { type ReviewSubject, reviewSubjects } from './review-scope.ts'

const now = new Date('2026-05-01T10:00:00Z')
const used = new Date('2026-04-20T10:00:00Z')
const facts = (changes: { state?: string; about?: ReviewSubject; line?: Partial<LineFacts['line']>; decider?: Partial<LineFacts['decider']> } = {}): LineFacts => ({
  review: { state: changes.state ?? 'open', about: changes.about ?? 'access' },
  line: { personId: 'maya', reviewerId: 'ana', decision: null, lastUsedAt: used, findings: 0, ...changes.line },
  decider: { personId: 'ana', samePersonIds: [], admin: false, ...changes.decider },
})

test('its reviewer, or an admin, keeps what is used and was not found wanting without a word', () => {
  expect(decideLine(facts(), 'keep', '', now)).toEqual({ ok: true, reason: null })
  expect(decideLine(facts({ decider: { personId: 'lena', admin: true } }), 'keep', '', now)).toEqual({ ok: true, reason: null })
})

test.each<[string, Parameters<typeof facts>[0]]>([
  ['closed', { state: 'signed' }],
  ['closed', { state: 'cancelled' }],
  ['decided', { line: { decision: 'keep' } }],
  ['decided', { line: { decision: 'remove' } }],
  ['own_line', { line: { personId: 'ana' } }],
  ['own_line', { decider: { samePersonIds: ['maya'] } }],
  ['own_line', { decider: { personId: 'maya', admin: true } }],
  ['not_reviewer', { decider: { personId: 'tom' } }],
])('%s refuses keep and remove alike', (code, changes) => {
  for (const verdict of ['keep', 'remove'] as const) expect(decideLine(facts(changes), verdict, 'A good reason', now)).toMatchObject({ ok: false, code })
})

test('removing needs a reason, and so does keeping what is not used or was found wanting', () => {
  expect(decideLine(facts(), 'remove', ' ', now)).toMatchObject({ code: 'reason_missing' })
  for (const line of [{ lastUsedAt: null }, { lastUsedAt: new Date('2026-01-01T00:00:00Z') }, { findings: 1 }]) {
    expect(decideLine(facts({ line }), 'keep', '', now)).toMatchObject({ code: 'reason_missing' })
    expect(decideLine(facts({ line }), 'keep', ' On call ', now)).toEqual({ ok: true, reason: 'On call' })
  }
  for (const about of ['access', 'approvers'] as const) expect(whyReason(about, facts().line, now)).toBeUndefined()
})

test('what stands outside the record is kept and removed only with a reason, by its reviewer or an admin', () => {
  const standing = (decider: Partial<LineFacts['decider']> = {}): LineFacts => facts({ about: 'standing', line: { personId: null }, decider })
  for (const verdict of ['keep', 'remove'] as const) {
    expect(decideLine(standing(), verdict, '', now)).toMatchObject({ code: 'reason_missing' })
    expect(decideLine(standing(), verdict, 'For the auditors of 2026', now)).toMatchObject({ ok: true })
    expect(decideLine(standing({ personId: 'tom' }), verdict, 'For the auditors of 2026', now)).toMatchObject({ code: 'not_reviewer' })
  }
})

test('why keeping needs words is said in the words of what is reviewed', () => {
  const unused = { lastUsedAt: null, findings: 0 }
  expect(reviewSubjects.map((about) => whyReason(about, unused, now))).toEqual(['it was never used', 'they never decided anything about it', 'nobody approved it here'])
})
