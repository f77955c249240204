import { describe, expect, it } from 'vitest'
import type { PolicyVersion } from './document.ts'
import { compileTemplate, matchesTemplate } from './variables.ts'

const keys: Readonly<Record<string, readonly string[]>> = {
  'aws:username': ['ann'],
  'aws:principaltag/team': ['a*'],
  'aws:tagkeys': ['one', 'two'],
}
const lookup = (key: string): readonly string[] => keys[key.toLowerCase()] ?? []
const matches = (source: string, text: string, version: PolicyVersion | undefined = '2012-10-17') =>
  matchesTemplate(compileTemplate(source, version, true), text, lookup)

describe('compileTemplate', () => {
  it('fills in a variable, whatever the case of its name', () => {
    expect(matches('home/${AWS:UserName}/*', 'home/ann/x')).toBe(true)
    expect(matches('home/${aws:username}/*', 'home/bob/x')).toBe(false)
  })

  it('matches nothing when a variable has no value, not even with a wildcard beside it', () => {
    expect(matches('*${aws:SourceIdentity}*', '')).toBe(false)
    expect(matches('*${aws:SourceIdentity}*', '${aws:SourceIdentity}')).toBe(false)
  })

  it("takes the default of a variable only when it has no value", () => {
    expect(matches("${aws:PrincipalTag/dept, 'none at all'}", 'none at all')).toBe(true)
    expect(matches("${aws:username, 'nobody'}", 'ann')).toBe(true)
    expect(matches("${aws:username, 'nobody'}", 'nobody')).toBe(false)
  })

  it('never lets the value of a variable be a wildcard', () => {
    expect(matches('${aws:PrincipalTag/team}', 'a*')).toBe(true)
    expect(matches('${aws:PrincipalTag/team}', 'abc')).toBe(false)
  })

  it('does not use a key with several values as a variable, nor its default', () => {
    expect(matches("${aws:TagKeys, 'one'}", 'one')).toBe(false)
  })

  it('reads the escapes as the characters themselves', () => {
    expect(matches('a${*}b${?}c${$}', 'a*b?c$')).toBe(true)
    expect(matches('a${*}b', 'axxb')).toBe(false)
  })

  it.each([undefined, '2008-10-17'] as const)('knows no variables in version %s', (version) => {
    expect(compileTemplate('${aws:username}', version, true)).toHaveProperty('fixed')
    expect(matchesTemplate(compileTemplate('${aws:username}', version, true), 'ann', lookup)).toBe(false)
    expect(matchesTemplate(compileTemplate('${aws:username}', version, true), '${aws:username}', lookup)).toBe(true)
  })
})
