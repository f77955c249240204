import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileWildcard, matchesWildcard, wildcardTokens } from './match.ts'
import { covers, intersect, overlap, simplify } from './resource-patterns.ts'

const matches = (pattern: string, text: string) => matchesWildcard(compileWildcard(wildcardTokens(pattern)), text)
const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 5 })
const texts = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 })
const inAny = (some: readonly string[], text: string) => some.some((pattern) => pattern.split(' ∩ ').every((part) => matches(part, text)))

describe('resource patterns', () => {
  it('never claims that a pattern covers another that reaches further', () => {
    fc.assert(
      fc.property(patterns, patterns, texts, (outer, inner, text) => {
        const escapes = covers(outer, inner) && matches(inner, text) && !matches(outer, text)
        expect(escapes).toBe(false)
      }),
      { numRuns: 1500 },
    )
  })

  it('never claims that patterns are apart when a text is in both, and finds those that are', () => {
    fc.assert(
      fc.property(patterns, patterns, texts, (one, other, text) => {
        const missed = matches(one, text) && matches(other, text) && !overlap(one, other)
        expect(missed).toBe(false)
      }),
      { numRuns: 1500 },
    )
    expect(overlap('a*b', 'a*c')).toBe(false)
    expect(overlap('a?', 'abc')).toBe(false)
    expect(overlap('*ab', 'a*')).toBe(true)
  })

  it('intersects to exactly what is in both', () => {
    const lists = fc.array(patterns, { maxLength: 3 })
    fc.assert(
      fc.property(lists, lists, texts, (some, others, text) => {
        expect(inAny(intersect(some, others), text)).toBe(inAny(some, text) && inAny(others, text))
      }),
      { numRuns: 1000 },
    )
  })

  it('simplifies without losing or adding anything', () => {
    fc.assert(
      fc.property(fc.array(patterns, { maxLength: 5 }), texts, (some, text) => {
        expect(inAny(simplify(some), text)).toBe(inAny(some, text))
      }),
      { numRuns: 1000 },
    )
    expect(simplify(['a*', 'ab', 'a**', 'a*'])).toHaveLength(1)
  })

  it('tells a bucket from its objects and keeps Region and account in their places', () => {
    const bucket = 'arn:${Partition}:s3:::${BucketName}'
    const object = `${bucket}/\${ObjectName}`
    const job = 'arn:${Partition}:s3:${Region}:${Account}:job/${JobId}'
    expect([bucket, object, job].map((type) => overlap('arn:aws:s3:::b/*', type))).toEqual([false, true, false])
    expect([bucket, object, job].map((type) => overlap('arn:aws:s3:::b', type))).toEqual([true, false, false])
    expect([bucket, object, job].map((type) => overlap('arn:aws:s3:*:*:*', type))).toEqual([true, true, true])
  })

  it('takes a variable for any value when asked for overlap and for none when asked for cover', () => {
    expect(overlap('arn:aws:s3:::home/${aws:username}/*', 'arn:aws:s3:::home/ann/1')).toBe(true)
    expect(covers('arn:aws:s3:::home/${aws:username}/*', 'arn:aws:s3:::home/ann/1')).toBe(false)
    expect(covers('arn:aws:s3:::home/*', 'arn:aws:s3:::home/${aws:username}/*')).toBe(true)
  })
})
