import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clientAddress } from './client-address.ts'

test('without trusted proxies the connection alone tells the address, whatever a client writes', () => {
  fc.assert(fc.property(fc.string(), (forged) => {
    expect(clientAddress(forged, '198.51.100.7', 0)).toBe('198.51.100.7')
  }))
  expect(clientAddress(null, null, 0)).toBe('unknown')
})

test('with trusted proxies it is the entry that the outermost of them wrote', () => {
  expect(clientAddress('203.0.113.9', '10.0.0.2', 1)).toBe('203.0.113.9')
  expect(clientAddress('203.0.113.9, 10.0.0.1', '10.0.0.2', 2)).toBe('203.0.113.9')
})

test('entries that a client invented in front are never reached', () => {
  fc.assert(fc.property(fc.array(fc.ipV4()), (invented) => {
    expect(clientAddress([...invented, '203.0.113.9'].join(', '), '10.0.0.2', 1)).toBe('203.0.113.9')
  }))
})

test('when a proxy wrote nothing, the address is its own rather than nobody', () => {
  expect(clientAddress(null, '10.0.0.2', 1)).toBe('10.0.0.2')
  expect(clientAddress('10.0.0.2', '10.0.0.2', 1)).toBe('10.0.0.2')
})
