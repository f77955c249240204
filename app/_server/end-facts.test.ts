import { describe, expect, it } from 'vitest'
import type { Revocation } from '#lib/db/generated/client.ts'
import { endFactsOf } from './end-facts.ts'

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 22, 9, minute))
const grant = { mintingStoppedAt: at(1), credentialsDeadAt: at(50), endReason: 'revoked' as const }
const revocation = (over: Partial<Revocation>): Revocation => ({ grantId: 'g', roleArn: 'r', userId: 'u', until: at(50), state: 'wanted', wantedAt: at(1), writtenAt: null, confirmedAt: null, attempts: 0, nextAttemptAt: at(1), failureCode: null, failureMessage: null, closedAt: null, ...over })
const told = (over: Partial<Revocation>, now = at(10)) => endFactsOf(grant, revocation(over), now)?.map(({ label, open }) => `${label}${open ? ' …' : ''}`)

describe('endFactsOf', () => {
  it('says nothing of a grant that still mints', () => {
    expect(endFactsOf({ ...grant, mintingStoppedAt: null }, null, at(10))).toBeNull()
  })

  it('is two facts where nothing has to be revoked', () => {
    expect(endFactsOf({ ...grant, endReason: 'expired' }, null, at(55))).toMatchObject([{ label: 'No new credentials since', at: at(1).toISOString() }, { label: 'Issued credentials dead since', open: false }])
  })

  it.each([
    [{ state: 'wanted' }, 'Not denied yet …'],
    [{ state: 'written', writtenAt: at(2) }, 'Written, not confirmed …'],
    [{ state: 'unconfirmed', writtenAt: at(2) }, 'Written, not confirmed …'],
    [{ state: 'failed', failureCode: 'AccessDenied' }, 'Not denied …'],
  ] as const)('never says denied before AWS was seen to deny: %o', (over, label) => {
    expect(told(over)).toEqual(['No new credentials since', label, 'Last lease dies at …'])
    expect(told(over, at(50))).toEqual(['No new credentials since', label.replace(' …', ''), 'Last lease died at'])
  })

  it('says since when it is denied, and how that is known', () => {
    expect(endFactsOf(grant, revocation({ state: 'confirmed', writtenAt: at(2), confirmedAt: at(3) }), at(10))?.[1]).toMatchObject({ label: 'Denied since', at: at(3).toISOString(), how: expect.stringContaining('control session'), open: false })
  })

  it('says what could not be done', () => {
    expect(endFactsOf(grant, revocation({ state: 'failed', failureCode: 'LimitExceeded', failureMessage: 'No room.' }), at(10))?.[1]?.how).toBe('The denial could not be written: No room. It is tried again until they die by themselves.')
  })
})
