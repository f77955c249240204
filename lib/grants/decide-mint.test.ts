import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ProfileDefinition } from '#lib/catalog/catalog-schema.ts'
import { decideMint, type MintFacts } from './decide-mint.ts'
import { grantEvents, grantStates, grantTransitions } from './grant-lifecycle.ts'

const now = new Date('2026-05-01T10:00:00Z')
const definition = { request: { groups: ['engineering'] }, breakGlass: { groups: ['on-call'] }, limits: { maxDurationMinutes: 480, leaseMinutes: 60 } } as unknown as ProfileDefinition
type Changes = { [Key in keyof MintFacts]?: MintFacts[Key] extends object ? Partial<MintFacts[Key]> : MintFacts[Key] }
const facts = (changes: Changes = {}): MintFacts => ({
  grant: { state: 'active', endsAt: new Date('2026-05-01T12:00:00Z'), endReason: null, mintingStoppedAt: null, personId: 'maya', roleDigest: 'd1', riskTier: 'high', leaseMinutes: 720, ...changes.grant },
  emergency: changes.emergency ?? false,
  holder: { personId: 'maya', groups: ['engineering'], enabled: true, excluded: false, ...changes.holder },
  profile: { offered: true, definition, ...changes.profile },
  role: { digest: 'd1', maxSessionSeconds: 14_400, drift: [], ...changes.role },
  issuerLimitSeconds: changes.issuerLimitSeconds ?? 3_600,
})

test('credentials are minted in the active state and in no other', () => {
  for (const state of grantStates) expect(decideMint(facts({ grant: { state } }), now).ok, state).toBe(state === 'active')
})

test.each<[string, Changes, string]>([
  ['another person', { holder: { personId: 'tom' } }, 'not_holder'],
  ['a holder who was switched off', { holder: { enabled: false } }, 'no_longer_eligible'],
  ['a holder who left the group', { holder: { groups: ['audit'] } }, 'no_longer_eligible'],
  ['a profile no longer offered', { profile: { offered: false } }, 'no_longer_eligible'],
  ['a grant whose minting was stopped', { grant: { mintingStoppedAt: now } }, 'ended'],
  ['a grant that ended this very second', { grant: { endsAt: now } }, 'ended'],
  ['a high-risk role that is not what was approved', { role: { digest: 'd2' } }, 'role_changed'],
  ['a high-risk role that differs from the catalogue', { role: { drift: ['AWS has another boundary.'] } }, 'role_changed'],
])('%s gets nothing', (_name, changes, code) => {
  expect(decideMint(facts(changes), now)).toMatchObject({ ok: false, code })
})

test('emergency access is for the emergency groups to the end, and a pilot for its own', () => {
  expect(decideMint(facts({ emergency: true, holder: { groups: ['on-call'] } }), now)).toMatchObject({ ok: true })
  expect(decideMint(facts({ emergency: true }), now)).toMatchObject({ code: 'no_longer_eligible', message: expect.stringContaining('membership of on-call is missing') })
  expect(decideMint(facts({ holder: { groups: ['on-call'] } }), now)).toMatchObject({ code: 'no_longer_eligible' })
  const pilot = { definition: { ...definition, pilot: { groups: ['early'] } } }
  expect(decideMint(facts({ profile: pilot, holder: { groups: ['early'] } }), now)).toMatchObject({ ok: true })
  expect(decideMint(facts({ profile: pilot }), now)).toMatchObject({ code: 'no_longer_eligible' })
})

test('a low-risk role that changed is shown and does not stop credentials', () => {
  expect(decideMint(facts({ grant: { riskTier: 'low' }, role: { digest: 'd2' } }), now)).toMatchObject({ ok: true })
})

test('a lease is the least of remaining time, profile, role and issuer limits, and never under 900 s', () => {
  const limits = fc.record({ remaining: fc.integer({ min: 1, max: 50_000 }), lease: fc.integer({ min: 15, max: 720 }), role: fc.integer({ min: 3_600, max: 43_200 }), issuer: fc.constantFrom(3_600, 43_200) })
  fc.assert(
    fc.property(limits, ({ remaining, lease, role, issuer }) => {
      const result = decideMint(
        facts({
          grant: { endsAt: new Date(now.getTime() + remaining * 1_000) },
          profile: { definition: { ...definition, limits: { maxDurationMinutes: 480, leaseMinutes: lease } } },
          role: { maxSessionSeconds: role },
          issuerLimitSeconds: issuer,
        }),
        now,
      )
      expect(result).toEqual({ ok: true, durationSeconds: Math.max(900, Math.min(remaining, lease * 60, role, issuer)) })
    }),
  )
})

test('the refusal after the end names the end and how it came', () => {
  const told = decideMint(facts({ grant: { state: 'ended', mintingStoppedAt: new Date('2026-05-01T09:30:00Z'), endReason: 'revoked' } }), now)
  expect(told).toMatchObject({ ok: false, message: expect.stringMatching(/2026-05-01 09:30 UTC, because it was revoked/) })
})

test('every state of a grant is reachable, ended is final, and nothing but an approval leads to access', () => {
  const reached = new Set<string>(['scheduled'])
  for (let round = 0; round < grantStates.length; round += 1) {
    for (const state of reached) for (const next of Object.values(grantTransitions[state as keyof typeof grantTransitions])) reached.add(next)
  }
  expect([...reached].toSorted()).toEqual([...grantStates].toSorted())
  expect(grantTransitions.ended).toEqual({})
  const toActive = grantStates.flatMap((state) => grantEvents.filter((event) => grantTransitions[state][event] === 'active').map((event) => `${state} ${event}`))
  expect(toActive).toEqual(['activating confirm'])
})
