import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openTokenCipher } from './token-cipher.ts'

const cipher = openTokenCipher('a secret of at least 32 characters')

test('what was sealed opens again, never looks like itself, and never twice the same', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 8 }), (token) => {
      const sealed = cipher.seal(token)
      expect(cipher.open(sealed)).toBe(token)
      expect(Buffer.from(sealed).includes(Buffer.from(token))).toBe(false)
      expect(cipher.seal(token)).not.toEqual(sealed)
    }),
  )
})

test('a single changed bit, a cut end, or another secret opens nothing', () => {
  const sealed = cipher.seal('refresh-token')
  for (let index = 0; index < sealed.length; index += 1) {
    const changed = Uint8Array.from(sealed)
    changed[index] = (changed[index] ?? 0) ^ 1
    expect(cipher.open(changed), `byte ${index}`).toBeUndefined()
  }
  expect(cipher.open(sealed.subarray(0, -1))).toBeUndefined()
  expect(cipher.open(new Uint8Array())).toBeUndefined()
  expect(openTokenCipher('another secret of 32 characters...').open(sealed)).toBeUndefined()
})

test('after the secret was changed, what was sealed with the former one opens, and what is sealed now does not open with it', () => {
  const changed = openTokenCipher('the secret of today, 32 characters', ['a secret of at least 32 characters'])
  expect(changed.open(cipher.seal('refresh-token'))).toBe('refresh-token')
  expect(cipher.open(changed.seal('refresh-token'))).toBeUndefined()
})
