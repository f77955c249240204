import { randomInt } from 'node:crypto'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A short code for people to say and type: a prefix and ten characters without I, L, O, U (Crockford's base 32), 50 random bits. */
export function newCode(prefix: 'R' | 'G' | 'C'): string {
  return `${prefix}-${Array.from({ length: 10 }, () => alphabet[randomInt(alphabet.length)]).join('')}`
}
