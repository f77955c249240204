import { describe, expect, it } from 'vitest'
import type { VendorView } from '#lib/grants/vendor/vendor.queries.ts'
import { vendorEndFactsOf } from './vendor-end-facts.ts'

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 22, 9, minute))
const ended = { mintingStoppedAt: at(10), endsAt: at(10), endReason: 'revoked' as const }
type Access = NonNullable<VendorView['access']>
const access = (over: Partial<Access>): Access => ({ grantId: 'g', roleArn: 'r', openedAt: at(0), openUntil: at(30), closedAt: null, deniedAt: null, lastSessionDiesAt: null, sharedWithId: null, sharedWith: null, ...over })
const told = (over: Partial<Access> | null, grant: Parameters<typeof vendorEndFactsOf>[0] = ended, failure: string | null = null, now = at(12)) =>
  vendorEndFactsOf(grant, { access: over && access(over), failure }, now)?.map(({ label, open, at: when }) => `${label}${when ? ` ${when.slice(14, 16)}` : ''}${open ? ' …' : ''}`)

describe('vendorEndFactsOf', () => {
  it('says nothing of a grant that is open', () => {
    expect(told({}, { ...ended, mintingStoppedAt: null })).toBeUndefined()
  })

  it('says of an early end that the vendor is out, and denied, only when AWS was read so', () => {
    expect(told({})).toEqual(['Not shut out yet …', 'Not denied yet …'])
    expect(told({ closedAt: at(11), deniedAt: at(11), lastSessionDiesAt: at(30) })).toEqual(['No new sessions since 11', 'Denied since 11', 'Last session dies at 30 …'])
    expect(told({ closedAt: at(11), deniedAt: at(11), lastSessionDiesAt: at(30) }, ended, null, at(31))?.at(-1)).toBe('Last session died at 30')
  })

  it('says why the vendor is not out yet', () => {
    expect(vendorEndFactsOf(ended, { access: access({}), failure: 'AWS did not answer in time.' }, at(12))?.[0]?.how).toContain('AWS did not answer in time.')
  })

  it('says of an end by time that both came in that second, whatever the portal did then', () => {
    expect(told({ openUntil: at(10) }, { ...ended, endReason: 'expired' })).toEqual(['No new sessions since 10', 'Denied since 10'])
  })

  it('never calls a vendor shut out whom another grant lets in', () => {
    expect(told({ closedAt: at(10), sharedWith: { code: 'G-2', endsAt: at(40) } })).toEqual(['The vendor may still get in until 40 …'])
  })

  it('says that nobody was let in where AWS was never asked', () => {
    expect(told(null)).toEqual(['Nobody was let in 10'])
  })
})
