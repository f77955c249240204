import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson, type Json } from './canonical-json.ts'
import { chainHash, commitment, genesisHash } from './chain.ts'

test('equal facts are equal bytes, whatever order their keys were written in', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (facts) => {
      const shuffled = Object.fromEntries(Object.entries(facts).toReversed())
      expect(canonicalJson(shuffled as Json)).toBe(canonicalJson(facts as Json))
    }),
  )
})

test('canonical JSON reads back as what it was', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value as Json))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('keys are sorted by UTF-16 code units, as RFC 8785 shows', () => {
  expect(canonicalJson({ '€': 1, '\r': 2, '1': 3, '😀': 4, ö: 5 })).toBe(String.raw`{"\r":2,"1":3,"ö":5,"€":1,"😀":4}`)
})

test('a number that is not finite is refused', () => {
  expect(() => canonicalJson(Number.NaN)).toThrow(/not finite/)
})

test('the chain hash depends on sequence, predecessor, id and bytes', () => {
  const base = [1n, genesisHash, 'id', Buffer.from('body')] as const
  const hashes = [chainHash(...base), chainHash(2n, base[1], base[2], base[3]), chainHash(1n, '0'.repeat(64), base[2], base[3]), chainHash(1n, base[1], 'ID', base[3]), chainHash(1n, base[1], base[2], Buffer.from('Body'))]
  expect(new Set(hashes).size).toBe(hashes.length)
})

test('a commitment hides its value without the salt, and binds field and value', () => {
  const salt = Buffer.alloc(16, 7)
  expect(commitment(salt, 'name', 'Maya')).not.toBe(commitment(Buffer.alloc(16, 8), 'name', 'Maya'))
  expect(commitment(salt, 'name', 'Maya')).not.toBe(commitment(salt, 'email', 'Maya'))
  expect(commitment(salt, 'name', 'Maya')).not.toBe(commitment(salt, 'name', 'Tom'))
})
