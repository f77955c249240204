import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AuthenticationFacts, type AuthenticationNeed, decideConfirmation, decideFreshAuthentication } from './fresh-authentication.ts'

const now = new Date('2026-11-22T12:00:00Z')
const ago = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000)
const recent: AuthenticationNeed = { maxAgeMinutes: 10, acrValues: [] }
const strong: AuthenticationNeed = { acrValues: ['gold', 'phr'] }
const both: AuthenticationNeed = { maxAgeMinutes: 10, acrValues: ['gold'] }

test.each<[string, AuthenticationFacts | undefined, AuthenticationNeed | undefined, string, string]>([
  ['nothing is asked', undefined, undefined, 'ok', ''],
  ['recent enough', { authenticatedAt: ago(9.9), acr: null }, recent, 'ok', 'ok'],
  ['to the second too old', { authenticatedAt: ago(10), acr: null }, recent, 'fresh_authentication', 'too_old'],
  ['unknown when', { authenticatedAt: null, acr: 'gold' }, recent, 'fresh_authentication', 'no_auth_time'],
  ['nothing known at all', undefined, recent, 'fresh_authentication', ''],
  ['a clock a little ahead', { authenticatedAt: ago(-0.9), acr: null }, recent, 'ok', 'ok'],
  ['from the future', { authenticatedAt: ago(-2), acr: null }, recent, 'fresh_authentication', 'too_old'],
  ['one of the ways asked for', { authenticatedAt: null, acr: 'phr' }, strong, 'ok', 'ok'],
  ['another way', { authenticatedAt: ago(1), acr: 'silver' }, strong, 'fresh_authentication', 'other_acr'],
  ['unknown how', { authenticatedAt: ago(1), acr: null }, strong, 'fresh_authentication', 'no_acr'],
  ['a way whose name holds the one asked for', { authenticatedAt: ago(1), acr: 'golden' }, strong, 'fresh_authentication', 'other_acr'],
  ['recent and strong', { authenticatedAt: ago(1), acr: 'gold' }, both, 'ok', 'ok'],
  ['strong and old', { authenticatedAt: ago(11), acr: 'gold' }, both, 'fresh_authentication', 'too_old'],
  ['recent and weak', { authenticatedAt: ago(1), acr: '1' }, both, 'fresh_authentication', 'other_acr'],
])('%s', (_name, facts, need, before, onReturn) => {
  const decision = decideFreshAuthentication(facts, need, now)
  expect(decision.ok ? 'ok' : decision.code).toBe(before)
  if (!decision.ok) expect(decision.mend).toBeTruthy()
  if (!facts || !need) return
  const confirmed = decideConfirmation(facts, need, now)
  expect(confirmed.ok ? 'ok' : confirmed.code).toBe(onReturn)
})

test('what is accepted on the way back is accepted by the action, and the other way round', () => {
  const facts = fc.record({ authenticatedAt: fc.option(fc.integer({ min: -20, max: 60 }).map(ago)), acr: fc.option(fc.constantFrom('gold', 'phr', '1')) })
  const needs = fc.record({ maxAgeMinutes: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }), acrValues: fc.subarray(['gold', 'phr']) })
  fc.assert(
    fc.property(facts, needs, (said, need) => {
      expect(decideConfirmation(said, need, now).ok).toBe(decideFreshAuthentication(said, need, now).ok)
    }),
  )
})
