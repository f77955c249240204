import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ProfileDefinition } from '#lib/catalog/catalog-schema.ts'
import { isStorable } from '#lib/config/typed-text.ts'
import { countCharacters, decideNewRequest, type NewRequestInput, newRequestSchema } from './decide-new-request.ts'

const definition: ProfileDefinition = {
  id: 'prod-read',
  title: 'Production, read only',
  description: 'Look at production.',
  account: 'prod',
  useCase: 'developer',
  riskTier: 'low',
  access: { kind: 'sts_role', role: 'latchkey/read', onwardRoles: [], scope: [] },
  limits: { maxDurationMinutes: 240, leaseMinutes: 60 },
  request: { groups: ['engineering'], ticket: 'required', justificationMinLength: 20 },
  approval: { approvers: ['leads'] },
  proof: { call: 'ec2:DescribeRegions' },
}
const now = new Date('2026-05-01T10:00:00Z')
const good: NewRequestInput = { profileId: 'prod-read', durationMinutes: '60', justification: 'Reading the logs of order 4711', ticketReference: 'OPS-12' }
const decide = (changes: Partial<NewRequestInput>, groups = ['engineering'], offered = true) => decideNewRequest({ offered, excluded: false, definition }, groups, { ...good, ...changes }, now)
const fields = (changes: Partial<NewRequestInput>) => {
  const result = decide(changes)
  return result.ok ? {} : result.fields
}

test('a good request passes with its duration as a number', () => {
  expect(decide({})).toEqual({ ok: true, durationMinutes: 60, justification: good.justification, ticketReference: 'OPS-12', startsAt: null, incidentReference: null })
})

test.each(['', ' ', '0', '-5', '1.5', '1e3', '0x10', '241', '99999999999', 'abc', '٣', Number.NaN, Infinity, 0, -1, 2.5])('the duration %o is refused beside its field', (durationMinutes) => {
  expect(fields({ durationMinutes })).toHaveProperty('durationMinutes')
})

test('a duration is accepted exactly when it is a whole number within the limit', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1_000_000, max: 1_000_000 }), (minutes) => {
      expect(decide({ durationMinutes: minutes }).ok).toBe(minutes >= 1 && minutes <= 240)
      expect(decide({ durationMinutes: String(minutes) }).ok).toBe(minutes >= 1 && minutes <= 240)
    }),
  )
})

test('a justification is measured as people count: an emoji is one character', () => {
  expect(countCharacters('👩‍👩‍👧‍👦🇩🇪é')).toBe(3)
  expect(fields({ justification: '👍'.repeat(19) })).toHaveProperty('justification')
  expect(decide({ justification: '👍'.repeat(20) }).ok).toBe(true)
  expect(fields({ justification: 'x'.repeat(10_000) }).justification).toContain('2000')
})

test('all mistakes are told at once, each for its field', () => {
  expect(Object.keys(fields({ durationMinutes: '0', justification: 'short', ticketReference: '' })).toSorted()).toEqual(['durationMinutes', 'justification', 'ticketReference'])
})

test.each(['<script>', 'OPS 12', "'; --", 'x'.repeat(65)])('the ticket reference %o is refused', (ticketReference) => {
  expect(fields({ ticketReference })).toHaveProperty('ticketReference')
})

test('who is not eligible is told which group would change that, and nothing about fields', () => {
  expect(decide({ durationMinutes: '0' }, ['marketing'])).toMatchObject({ ok: false, code: 'not_eligible', message: expect.stringContaining('engineering'), fields: {} })
})

test('a profile that is no longer offered cannot be asked for (rule 10)', () => {
  expect(decide({}, ['engineering'], false)).toMatchObject({ ok: false, code: 'not_offered' })
})

test('a quarter of a megabyte of justification is refused without being counted', () => {
  const result = decideNewRequest({ offered: true, excluded: false, definition }, ['engineering'], { profileId: 'p', durationMinutes: 30, justification: '👩‍👩‍👧‍👦'.repeat(22_000) }, now)
  expect(result).toMatchObject({ ok: false, fields: { justification: expect.stringContaining('far more') } })
})

test('whatever arrives in place of a request is refused or read, and what is accepted can be stored as it is', () => {
  const text = fc.oneof(fc.string({ maxLength: 80 }), fc.constantFrom('\0', '\ud800', '60', '-1', '1e3', 'OPS-1', 'x'.repeat(70), 'A reason that is long enough for anybody.\0\udfff'), fc.anything({ maxDepth: 1 }))
  const accepted = fc.record({ profileId: text, durationMinutes: fc.oneof(text, fc.double()), justification: text, ticketReference: text }, { requiredKeys: [] })
  const check = fc.check(
    fc.property(accepted, (arrived) => {
      const read = newRequestSchema.safeParse(arrived)
      if (!read.success) return true
      const decided = decideNewRequest({ offered: true, excluded: false, definition }, definition.request.groups, read.data, now)
      return isStorable(read.data.profileId) && (!decided.ok || (isStorable(decided.justification) && isStorable(decided.ticketReference ?? '') && Number.isSafeInteger(decided.durationMinutes)))
    }),
    { numRuns: 500 },
  )
  expect(check.counterexample).toBeNull()
})

test('a start lies between now and thirty days ahead', () => {
  const at = (startsAt: string): unknown => fields({ startsAt: new Date(startsAt) })
  expect([at('2026-05-01T10:00:00Z'), at('2026-05-31T10:00:00Z')]).toEqual([{}, {}])
  expect(at('2026-05-01T09:57:00Z')).toEqual({ startsAt: expect.stringContaining('passed') })
  expect(at('2026-05-31T10:00:01Z')).toEqual({ startsAt: expect.stringContaining('30 days') })
})

test('an emergency counts by the profile’s emergency groups and limit, names its incident and starts at once', () => {
  const breakGlass = { groups: ['on-call'], maxDurationMinutes: 30, reviewWithinHours: 24, reviewers: ['leads'] }
  const ask = (changes: Partial<NewRequestInput>, groups = ['on-call'], profile: ProfileDefinition = { ...definition, breakGlass }) =>
    decideNewRequest({ offered: true, excluded: false, definition: profile }, groups, { ...good, durationMinutes: 30, incidentReference: 'INC-7', ...changes }, now)
  expect(ask({})).toMatchObject({ ok: true, incidentReference: 'INC-7' })
  expect(ask({}, ['engineering'])).toMatchObject({ code: 'not_eligible' })
  expect(ask({}, ['on-call'], definition)).toMatchObject({ code: 'no_emergency' })
  expect(ask({ incidentReference: '' })).toMatchObject({ fields: { incidentReference: expect.stringContaining('INC-123') } })
  expect(ask({ durationMinutes: 31 })).toMatchObject({ fields: { durationMinutes: expect.stringContaining('30 minutes') } })
  expect(ask({ startsAt: new Date('2026-05-01T12:00:00Z') })).toMatchObject({ fields: { startsAt: expect.stringContaining('at once') } })
})

test('a profile on trial is for its pilot groups only', () => {
  const trial = { ...definition, pilot: { groups: ['pilots'] } }
  expect(decideNewRequest({ offered: true, excluded: false, definition: trial }, ['engineering'], good, now)).toMatchObject({ code: 'not_eligible', message: expect.stringContaining('pilots') })
  expect(decideNewRequest({ offered: true, excluded: false, definition: trial }, ['pilots'], good, now)).toMatchObject({ ok: true })
})
