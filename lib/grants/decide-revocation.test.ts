import { describe, expect, it } from 'vitest'
import { decideRevocation, keptUntil, nextAttempt } from './decide-revocation.ts'

const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 22, 9) + seconds * 1_000)
const facts = (over: Partial<Parameters<typeof decideRevocation>[0]> = {}) => ({ state: 'wanted' as const, until: at(3_600.5), writtenAt: null, closedAt: null, ...over })

describe('decideRevocation', () => {
  it.each([
    ['wanted', 'write'],
    ['failed', 'write'],
    ['written', 'confirm'],
    ['unconfirmed', 'confirm'],
    ['confirmed', 'nothing'],
  ] as const)('%s: %s while credentials live, nothing once they are dead, then prune', (state, step) => {
    expect(decideRevocation(facts({ state }), at(0))).toBe(step)
    expect(decideRevocation(facts({ state }), at(3_601))).toBe('nothing')
    expect(decideRevocation(facts({ state }), keptUntil(facts()))).toBe('prune')
    expect(decideRevocation(facts({ state, closedAt: at(1) }), at(9_999))).toBe('nothing')
  })

  it('keeps the denial beyond the credentials, to a whole second', () => {
    expect(keptUntil(facts())).toEqual(at(3_661))
  })
})

describe('nextAttempt', () => {
  it('comes soon, then more rarely, and never more than five minutes later', () => {
    expect([0, 1, 2, 20].map((attempts) => nextAttempt(facts(), attempts, at(0)))).toEqual([at(2), at(4), at(8), at(300)])
  })

  it('comes when IAM has had its time, and when the credentials have died', () => {
    expect(nextAttempt(facts({ writtenAt: at(0) }), 20, at(60))).toEqual(at(90))
    expect(nextAttempt(facts(), 20, at(3_500))).toEqual(at(3_600.5))
    expect(nextAttempt(facts(), 20, at(3_605))).toEqual(at(3_661))
  })
})
