import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockContains, parseIpBlock } from './ip-address.ts'

const contains = (outer: string, inner: string) => blockContains(parseIpBlock(outer)!, parseIpBlock(inner)!)

describe('parseIpBlock', () => {
  it.each(['', '1.2.3', '1.2.3.256', '1.2.3.4/33', '1.2.3.4/', '1.2.3.4/8/8', '1::2::3', ':::', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '::1/129', 'g::', '1:2:3:4:5:6:7::8'])('refuses %s', (text) => {
    expect(parseIpBlock(text)).toBeUndefined()
  })

  it('reads every spelling of one IPv6 address as the same', () => {
    const spellings = ['2001:db8::1', '2001:0DB8:0:0:0:0:0:1', '2001:db8:0::0:1', '2001:db8::0.0.0.1']
    for (const spelling of spellings) expect(parseIpBlock(spelling)).toEqual(parseIpBlock(spellings[0]!))
  })
})

describe('blockContains', () => {
  it('contains exactly the addresses that share its prefix', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (one, other, prefix) => {
        const bits = (ip: string) => ip.split('.').map((octet) => Number(octet).toString(2).padStart(8, '0')).join('')
        expect(contains(`${one}/${prefix}`, other)).toBe(bits(one).slice(0, prefix) === bits(other).slice(0, prefix))
      }),
    )
  })

  it('does not take a wider block for a part of a narrower one', () => {
    expect(contains('10.1.0.0/16', '10.1.0.0/8')).toBe(false)
    expect(contains('10.0.0.0/8', '10.1.0.0/16')).toBe(true)
  })

  it('never mixes IPv4 and IPv6', () => {
    expect(contains('::/0', '1.2.3.4')).toBe(false)
    expect(contains('0.0.0.0/0', '::1')).toBe(false)
  })
})
