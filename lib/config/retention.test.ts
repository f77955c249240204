import { expect, test } from 'vitest'
import { retentionDays, retentionRules } from './retention.ts'

const rules = retentionRules.parse('signin=90, request=1095,request.denied=30, *=2555')

test.each([
  ['signin.created', 90],
  ['request.created', 1095],
  ['request.denied', 30],
  ['requests.other', 2555],
  ['grant.ended', 2555],
])('%s keeps its personal values for %i days', (kind, days) => {
  expect(retentionDays(rules, kind)).toBe(days)
})

test('without a rule nothing is let go, and a mistake is named', () => {
  expect(retentionDays(retentionRules.parse(undefined), 'signin.created')).toBeUndefined()
  expect(retentionDays(retentionRules.parse('signin=90'), 'grant.ended')).toBeUndefined()
  for (const wrong of ['signin', 'signin=0', 'signin=ninety', '=9', 'signin=90;x']) expect(retentionRules.safeParse(wrong).success).toBe(false)
})
