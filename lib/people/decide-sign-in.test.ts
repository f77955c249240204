import { expect, test } from 'vitest'
import { decideSignIn, type SignInFacts } from './decide-sign-in.ts'

const limits = { idleMinutes: 60, maxMinutes: 720, groupsMaxAgeMinutes: 15, groupsFreshMinutes: 5 }
const now = new Date('2026-05-01T12:00:00Z')
const before = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
const facts = (changes: Partial<SignInFacts> = {}): SignInFacts => ({
  createdAt: before(10),
  lastSeenAt: before(1),
  expiresAt: before(-600),
  revokedAt: null,
  groupsVerifiedAt: before(1),
  personDisabledAt: null,
  ...changes,
})

test.each<[string, Partial<SignInFacts>, boolean, object]>([
  ['a recent sign-in', {}, false, { state: 'valid' }],
  ['a revoked one', { revokedAt: before(0) }, false, { state: 'over', why: 'revoked' }],
  ['one of a person who was switched off', { personDisabledAt: before(0) }, false, { state: 'over', why: 'disabled' }],
  ['one at its absolute limit', { expiresAt: now }, false, { state: 'over', why: 'expired' }],
  ['one idle for exactly the limit', { lastSeenAt: before(60) }, false, { state: 'over', why: 'idle' }],
  ['one idle for a little less', { lastSeenAt: before(59.9) }, false, { state: 'valid' }],
  ['groups just within 15 minutes, for looking', { groupsVerifiedAt: before(14.9) }, false, { state: 'valid' }],
  ['groups 15 minutes old', { groupsVerifiedAt: before(15) }, false, { state: 'stale_groups' }],
  ['groups 5 minutes old, for deciding or revealing', { groupsVerifiedAt: before(5) }, true, { state: 'stale_groups' }],
  ['groups just within 5 minutes, for deciding or revealing', { groupsVerifiedAt: before(4.9) }, true, { state: 'valid' }],
  ['groups from the future, after a clock went back', { groupsVerifiedAt: before(-10) }, false, { state: 'stale_groups' }],
])('%s', (_name, changes, fresh, verdict) => {
  expect(decideSignIn(facts(changes), limits, now, fresh)).toEqual(verdict)
})
