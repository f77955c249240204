import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AccessFacts, assessRisk, type RiskFacts } from './assess-risk.ts'

const nothing: AccessFacts = { administrator: false, permissionsManagement: false, dataAccess: false, write: false, wildcardResources: false, escalations: [] }
const calm: RiskFacts = {
  access: nothing,
  environment: 'sandbox',
  tier: 'low',
  durationMinutes: 60,
  usualDurationMinutes: 60,
  startHour: 10,
  requestsByHour: Array.from({ length: 24 }, () => 1),
  firstTime: false,
  denials: 0,
  openOrConfirmedFindings: 0,
  concurrentGrants: 0,
  breakGlass: false,
  narrowed: null,
}
const administrator: AccessFacts = { ...nothing, administrator: true, write: true, wildcardResources: true }

test('reading a sandbox at a usual time is no risk, and needs no reason', () => {
  expect(assessRisk(calm)).toEqual({ score: 0, level: 'low', reasons: [] })
})

test('an administrator of production for the first time is critical, and says so, the heaviest reason first', () => {
  const { score, level, reasons } = assessRisk({ ...calm, access: administrator, environment: 'production', tier: 'high', firstTime: true })
  expect({ score, level, codes: reasons.map(({ code }) => code) }).toEqual({ score: 85, level: 'critical', codes: ['administrator', 'environment', 'tier', 'first'] })
})

test.each([
  ['twice the usual duration', { durationMinutes: 120 }, 'long', 5],
  ['four times', { durationMinutes: 240 }, 'long', 10],
  ['an hour they never worked at', { requestsByHour: Array.from({ length: 24 }, (_, hour) => (hour === 20 ? 30 : 0)) }, 'hour', 10],
  ['an hour next to one they worked at', { requestsByHour: Array.from({ length: 24 }, (_, hour) => (hour === 11 ? 30 : 0)) }, 'hour', undefined],
  ['an unread role', { environment: 'production' as const, access: null }, 'unread', 15],
  ['denials', { denials: 9 }, 'denials', 10],
  ['findings', { openOrConfirmedFindings: 1 }, 'findings', 10],
  ['two ways to more rights', { environment: 'production' as const, access: { ...nothing, escalations: ['a', 'b', 'c'] } }, 'escalation', 20],
  ['the same power in a sandbox', { access: { ...nothing, escalations: ['a', 'b', 'c'] } }, 'escalation', 8],
  ['an emergency', { breakGlass: true }, 'emergency', 15],
])('%s', (_name, changes, code, points) => {
  expect(assessRisk({ ...calm, ...changes }).reasons.find((reason) => reason.code === code)?.points).toBe(points)
})

test('keeping to what was used last time is less risk, with its reason', () => {
  const narrowed = { services: 2, actions: 1 }
  expect(assessRisk({ ...calm, environment: 'production', narrowed })).toEqual({
    score: 5,
    level: 'low',
    reasons: [expect.objectContaining({ code: 'environment', points: 15 }), { code: 'narrowed', points: -10, sentence: 'Lower: it keeps to what they used last time, 1 action of 2 services.' }],
  })
  expect(assessRisk({ ...calm, narrowed }).score).toBe(0)
})

test('the score is the sum of its reasons cut at 0 and 100, the level follows from it, and every reason has a sentence', () => {
  const access = fc.option(fc.record({ administrator: fc.boolean(), permissionsManagement: fc.boolean(), dataAccess: fc.boolean(), write: fc.boolean(), wildcardResources: fc.boolean(), escalations: fc.array(fc.string(), { maxLength: 5 }) }))
  const facts = fc.record({
    access,
    environment: fc.constantFrom('production' as const, 'staging' as const, 'development' as const, 'sandbox' as const),
    tier: fc.constantFrom('low' as const, 'medium' as const, 'high' as const),
    durationMinutes: fc.integer({ min: 1, max: 10_080 }),
    usualDurationMinutes: fc.option(fc.integer({ min: 1, max: 10_080 })),
    startHour: fc.integer({ min: 0, max: 23 }),
    requestsByHour: fc.array(fc.nat(50), { minLength: 24, maxLength: 24 }),
    firstTime: fc.boolean(),
    denials: fc.nat(20),
    openOrConfirmedFindings: fc.nat(20),
    concurrentGrants: fc.nat(20),
    breakGlass: fc.boolean(),
    narrowed: fc.option(fc.record({ services: fc.nat(20), actions: fc.nat(200) })),
  })
  fc.assert(
    fc.property(facts, (each) => {
      const { score, level, reasons } = assessRisk(each)
      expect(score).toBe(Math.max(0, Math.min(100, reasons.reduce((sum, { points }) => sum + points, 0))))
      expect(level).toBe(score >= 75 ? 'critical' : score >= 50 ? 'high' : score >= 25 ? 'medium' : 'low')
      for (const reason of reasons) expect(reason.points > 0 === (reason.code !== 'narrowed') && reason.sentence.endsWith('.')).toBe(true)
      // More power is never less risk.
      if (each.access && !each.access.administrator) expect(assessRisk({ ...each, access: { ...each.access, administrator: true } }).score).toBeGreaterThanOrEqual(score)
    }),
  )
})
