import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ApprovalRule, approvalSchema, ruleSchema, rulesOf } from '#lib/catalog/approval-schema.ts'
import { evaluatePolicy, type PolicyFacts } from './evaluate-policy.ts'

const rule = (name: string, when: unknown = {}): ApprovalRule => ruleSchema.parse({ name, when, automatic: true })
const facts = (changes: Partial<PolicyFacts> = {}): PolicyFacts => ({
  requesterGroups: ['engineering'],
  durationMinutes: 60,
  riskLevel: 'medium',
  environment: 'production',
  ticketPresent: false,
  breakGlass: false,
  startsAt: new Date('2026-05-01T10:00:00Z'),
  ...changes,
})
const fits = (when: unknown, changes: Partial<PolicyFacts> = {}): boolean => evaluatePolicy([rule('r', when)], facts(changes)).ok

test('the first rule that fits applies, and no rule means no access, with the reason of each', () => {
  const rules = [rule('Short', { maxDurationMinutes: 30 }), rule('Any'), rule('Never reached')]
  expect(evaluatePolicy(rules, facts())).toMatchObject({ ok: true, index: 1 })
  expect(evaluatePolicy(rules, facts({ durationMinutes: 30 }))).toMatchObject({ ok: true, index: 0 })
  expect(evaluatePolicy([rules[0]!, rule('Tickets', { ticket: 'present' })], facts())).toEqual({ ok: false, reasons: ['“Short” is for at most 30 minutes.', '“Tickets” wants a ticket reference.'] })
  expect(evaluatePolicy([], facts())).toEqual({ ok: false, reasons: [] })
})

test.each([
  ['groups, any of them', { requesterGroups: ['data', 'engineering'] }, {}, true],
  ['groups, none of them', { requesterGroups: ['data'] }, {}, false],
  ['a minimum duration', { minDurationMinutes: 61 }, {}, false],
  ['risk up to a level', { maxRisk: 'low' }, {}, false],
  ['risk up to the same level', { maxRisk: 'medium' }, {}, true],
  ['risk from a level on', { minRisk: 'high' }, { riskLevel: 'critical' as const }, true],
  ['environments', { environments: ['staging'] }, {}, false],
  ['no ticket', { ticket: 'absent' }, { ticketPresent: true }, false],
  ['emergencies only', { breakGlass: true }, {}, false],
  ['an ordinary rule in an emergency', {}, { breakGlass: true }, false],
])('%s', (_name, when, changes, expected) => {
  expect(fits(when, changes)).toBe(expected)
})

describe('hours of day', () => {
  const berlin = { zone: 'Europe/Berlin', from: '08:00', to: '18:00', weekdays: ['mon', 'tue', 'wed', 'thu', 'fri'] }
  test.each([
    ['a second before the first minute', '2026-01-05T06:59:59Z', false],
    ['the first minute, winter time', '2026-01-05T07:00:00Z', true],
    ['the last minute', '2026-01-05T16:59:59Z', true],
    ['the end is not within', '2026-01-05T17:00:00Z', false],
    ['the same wall clock in summer is another moment', '2026-07-06T06:00:00Z', true],
    ['which in winter would be too early', '2026-01-05T06:00:00Z', false],
    ['a Saturday', '2026-01-10T09:00:00Z', false],
    ['Friday in UTC but Saturday in Berlin is judged in Berlin', '2026-01-09T23:30:00Z', false],
  ])('%s', (_name, at, expected) => {
    expect(fits({ hours: berlin }, { startsAt: new Date(at) })).toBe(expected)
  })

  test.each([
    ['the evening of its day', '2026-01-05T22:30:00Z', true],
    ['the night after it', '2026-01-06T04:30:00Z', true],
    ['the night before it', '2026-01-05T04:30:00Z', false],
    ['its noon', '2026-01-05T12:00:00Z', false],
  ])('a window over midnight belongs to the day it begins on: %s', (_name, at, expected) => {
    expect(fits({ hours: { zone: 'UTC', from: '22:00', to: '06:00', weekdays: ['mon'] } }, { startsAt: new Date(at) })).toBe(expected)
  })

  test('the hour that a zone lives twice fits both times, and the one it skips never comes', () => {
    const night = { zone: 'Europe/Berlin', from: '02:00', to: '03:00' }
    expect(['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'].map((at) => fits({ hours: night }, { startsAt: new Date(at) }))).toEqual([true, true])
    const springNight = Array.from({ length: 24 * 60 }, (_, minute) => new Date(Date.UTC(2026, 2, 28, 23) + minute * 60_000)).filter((startsAt) => fits({ hours: night }, { startsAt }))
    expect(springNight).toEqual([])
  })

  test('at every moment a window and the one that fills the rest of the day are never both in, and never both out', () => {
    const time = fc.integer({ min: 1, max: 1439 }).map((minute) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`)
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe')
    fc.assert(
      fc.property(time, time, zone, fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true }), (from, to, place, startsAt) => {
        fc.pre(from !== to)
        const inside = fits({ hours: { zone: place, from, to } }, { startsAt })
        expect(fits({ hours: { zone: place, from: to, to: from } }, { startsAt })).toBe(!inside)
      }),
    )
  })
})

test('the short form of a policy is one step by one of its groups', () => {
  expect(rulesOf(approvalSchema.parse({ approvers: ['leads'] }))).toEqual([{ name: 'One approver', when: {}, steps: [{ deciders: { groups: ['leads'], people: [], manager: false, owners: false }, quorum: 1 }] }])
})

test.each([
  ['neither automatic nor steps', { name: 'r' }, /automatic: true or list steps/],
  ['both', { name: 'r', automatic: true, steps: [{ deciders: { groups: ['a'] } }] }, /automatic: true or list steps/],
  ['a step of nobody', { name: 'r', steps: [{ deciders: {} }] }, /must name somebody/],
  ['an unknown zone', { name: 'r', automatic: true, when: { hours: { zone: 'Mars/Base' } } }, /IANA/],
  ['a misspelt condition', { name: 'r', automatic: true, when: { maxDuration: 3 } }, /maxDuration/],
])('a rule with %s is refused with what to write', (_name, source, message) => {
  expect(ruleSchema.safeParse(source).error?.message).toMatch(message)
})
