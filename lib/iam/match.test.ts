import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileActionPattern, compileWildcard, matchesWildcard, wildcardTokens } from './match.ts'

const matches = (pattern: string, text: string): boolean => matchesWildcard(compileWildcard(wildcardTokens(pattern)), text)

/** Obviously right and exponential: the reference. */
function naive(pattern: string, text: string): boolean {
  if (pattern === '') return text === ''
  const rest = pattern.slice(1)
  if (pattern[0] === '*') return naive(rest, text) || (text !== '' && naive(pattern, text.slice(1)))
  return text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && naive(rest, text.slice(1))
}

describe('matchesWildcard', () => {
  it('agrees with a naive reference on every short pattern and text', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 9 })
    const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 })
    fc.assert(
      fc.property(patterns, letters, (pattern, text) => {
        expect(matches(pattern, text)).toBe(naive(pattern, text))
      }),
      { numRuns: 3000 },
    )
  })

  it.each([
    ['*a'.repeat(40) + 'b', 'a'.repeat(100_000)],
    ['a*'.repeat(40) + 'b', 'a'.repeat(100_000)],
    ['*?a'.repeat(40) + 'b', 'a'.repeat(100_000)],
  ])('answers in linear time where a backtracking matcher would never end (%#)', (pattern, text) => {
    const start = process.cpuUsage()
    expect(matches(pattern, text)).toBe(false)
    expect(matches(pattern, `${text}b`)).toBe(true)
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(500)
  })

  it('keeps the case of resources and drops the case of actions', () => {
    expect(matches('arn:aws:s3:::Bucket', 'arn:aws:s3:::bucket')).toBe(false)
    expect(matchesWildcard(compileActionPattern('S3:Get*'), 's3:getobject')).toBe(true)
  })

  it('lets nothing in a pattern be a regular expression', () => {
    expect(matches('a.c', 'abc')).toBe(false)
    expect(matches('(a+)+$', '(a+)+$')).toBe(true)
  })

  it('never uses one character for two anchors', () => {
    expect(matches('ab*ba', 'aba')).toBe(false)
  })
})
