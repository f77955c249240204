import { describe, expect, it } from 'vitest'
import { compileConditions, parseOperator } from './conditions.ts'
import type { ConditionBlock, Statement } from './document.ts'

type Context = Readonly<Record<string, readonly string[]>>

function holds(block: ConditionBlock, context: Context, effect: Statement['Effect'] = 'Allow'): boolean {
  const lower = Object.fromEntries(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]))
  return compileConditions(block, '2012-10-17', effect).every((condition) => condition((key) => lower[key.toLowerCase()] ?? []))
}

/** operator, a policy value, request values that equal/meet it, request values that do not; `negated` flips the answer. */
const operators = [
  { name: 'StringEquals', policy: 'Ann', yes: ['Ann'], no: ['ann', 'Anna', 'A*'] },
  { name: 'StringNotEquals', policy: 'Ann', yes: ['Ann'], no: ['ann', 'Bob'], negated: true },
  { name: 'StringEqualsIgnoreCase', policy: 'Ann', yes: ['ann', 'ANN'], no: ['bob'] },
  { name: 'StringNotEqualsIgnoreCase', policy: 'Ann', yes: ['aNN'], no: ['bob'], negated: true },
  { name: 'StringLike', policy: 'a?c*', yes: ['abc', 'axcyz'], no: ['ABC', 'ac'] },
  { name: 'StringNotLike', policy: 'a?c*', yes: ['abc'], no: ['zzz'], negated: true },
  { name: 'NumericEquals', policy: '10', yes: ['10', '10.0'], no: ['11', 'ten', ''] },
  { name: 'NumericNotEquals', policy: '10', yes: ['10.0'], no: ['9'], negated: true },
  { name: 'NumericLessThan', policy: '10', yes: ['9', '-1'], no: ['10', '11', 'x'] },
  { name: 'NumericLessThanEquals', policy: '10', yes: ['9', '10'], no: ['10.1'] },
  { name: 'NumericGreaterThan', policy: '10', yes: ['10.5'], no: ['10', '9'] },
  { name: 'NumericGreaterThanEquals', policy: '10', yes: ['10', '100'], no: ['9'] },
  { name: 'DateEquals', policy: '2026-01-01T00:00:00Z', yes: ['2026-01-01T00:00:00Z', '1767225600', '2026-01-01T02:00:00+02:00', '2026-01-01'], no: ['2026-01-01T00:00:01Z', 'soon'] },
  { name: 'DateNotEquals', policy: '2026-01-01T00:00:00Z', yes: ['2026-01-01T00:00:00Z'], no: ['2026-01-02T00:00:00Z'], negated: true },
  { name: 'DateLessThan', policy: '1767225600', yes: ['2025-12-31T23:59:59Z'], no: ['2026-01-01T00:00:00Z'] },
  { name: 'DateLessThanEquals', policy: '2026-01-01T00:00:00Z', yes: ['2026-01-01T00:00:00Z'], no: ['2026-01-01T00:00:00.001Z'] },
  { name: 'DateGreaterThan', policy: '2026-01-01T00:00:00Z', yes: ['1767225601'], no: ['1767225600'] },
  { name: 'DateGreaterThanEquals', policy: '2026-01-01T00:00:00Z', yes: ['1767225600'], no: ['1767225599'] },
  { name: 'Bool', policy: 'true', yes: ['true', 'True'], no: ['false', '1'] },
  { name: 'BinaryEquals', policy: 'QmluYXJ5', yes: ['QmluYXJ5'], no: ['QmluYXJ6', 'qmluyxj5'] },
  { name: 'IpAddress', policy: '203.0.113.0/24', yes: ['203.0.113.9'], no: ['203.0.114.1', '::1', 'nonsense'] },
  { name: 'IpAddress', policy: '2001:db8::/32', yes: ['2001:0DB8:1::9'], no: ['2001:db9::1', '203.0.113.9'] },
  { name: 'NotIpAddress', policy: '10.0.0.0/8', yes: ['10.255.0.1'], no: ['11.0.0.1'], negated: true },
  { name: 'ArnEquals', policy: 'arn:aws:sns:*:111111111111:t-*', yes: ['arn:aws:sns:eu-west-1:111111111111:t-1'], no: ['arn:aws:sns:eu-west-1:111111111111:x', 'arn:aws:sns:a:b:111111111111:t-1'] },
  { name: 'ArnLike', policy: 'arn:aws:iam::111111111111:role/*', yes: ['arn:aws:iam::111111111111:role/a/b'], no: ['arn:aws:iam::222222222222:role/a', 'x'] },
  { name: 'ArnNotEquals', policy: 'arn:aws:iam::1:role/a', yes: ['arn:aws:iam::1:role/a'], no: ['arn:aws:iam::1:role/b'], negated: true },
  { name: 'ArnNotLike', policy: 'arn:aws:iam::1:role/*', yes: ['arn:aws:iam::1:role/a'], no: ['arn:aws:iam::2:role/a'], negated: true },
].map((row) => ({ negated: false, ...row }))

describe.each(operators)('$name $policy', ({ name, policy, yes, no, negated }) => {
  const met = (context: Context, prefix = '', suffix = '') => holds({ [`${prefix}${name}${suffix}`]: { 'x:Key': policy } }, context)
  const good = negated ? no : yes
  const bad = negated ? yes : no
  const key = (...values: string[]): Context => ({ 'X:KEY': values })

  it('meets and refuses a single value', () => {
    for (const value of good) expect([value, met(key(value))]).toEqual([value, true])
    for (const value of bad) expect([value, met(key(value))]).toEqual([value, false])
  })

  it('reads a missing key as false, or true when negated, and IfExists as true', () => {
    expect(met({})).toBe(negated)
    expect(met({}, '', 'IfExists')).toBe(true)
    expect(met(key(bad[0]!), '', 'IfExists')).toBe(false)
    expect(met(key(good[0]!), '', 'IfExists')).toBe(true)
  })

  it('ORs the values of the policy, or NORs them when negated', () => {
    const many = (value: string) => holds({ [name]: { 'x:Key': ['never-this', policy] } }, key(value))
    expect(many(good[0]!)).toBe(true)
    expect(many(bad[0]!)).toBe(false)
  })

  it('wants one good value under ForAnyValue and refuses a missing key', () => {
    expect(met(key(bad[0]!, good[0]!), 'ForAnyValue:')).toBe(true)
    expect(met(key(bad[0]!, bad[0]!), 'ForAnyValue:')).toBe(false)
    expect(met({}, 'ForAnyValue:')).toBe(false)
    expect(met({}, 'ForAnyValue:', 'IfExists')).toBe(true)
  })

  it('wants only good values under ForAllValues and takes a missing or empty key', () => {
    expect(met(key(good[0]!, good[0]!), 'ForAllValues:')).toBe(true)
    expect(met(key(good[0]!, bad[0]!), 'ForAllValues:')).toBe(false)
    expect(met({}, 'ForAllValues:')).toBe(true)
    expect(met(key(''), 'ForAllValues:')).toBe(true)
    expect(met({}, 'ForAllValues:', 'IfExists')).toBe(true)
  })

  it('without a set operator takes several values as one that matches, or none when negated', () => {
    expect(met(key(bad[0]!, good[0]!))).toBe(!negated)
  })
})

describe('compileConditions', () => {
  it('tells with Null whether the key is there', () => {
    expect(holds({ Null: { 'a:b': 'true' } }, {})).toBe(true)
    expect(holds({ Null: { 'a:b': 'true' } }, { 'a:b': ['x'] })).toBe(false)
    expect(holds({ Null: { 'a:b': false } }, { 'a:b': ['x'] })).toBe(true)
    expect(holds({ Null: { 'a:b': 'false' } }, { 'a:b': [] })).toBe(false)
  })

  it('ANDs operators and keys', () => {
    const block = { StringEquals: { 'a:x': '1', 'a:y': '2' }, Bool: { 'a:z': true } }
    expect(holds(block, { 'a:x': ['1'], 'a:y': ['2'], 'a:z': ['true'] })).toBe(true)
    for (const missing of ['a:x', 'a:y', 'a:z']) {
      const context = Object.fromEntries(Object.entries({ 'a:x': ['1'], 'a:y': ['2'], 'a:z': ['true'] }).filter(([key]) => key !== missing))
      expect(holds(block, context)).toBe(false)
    }
  })

  it('never opens anything through a variable without a value, and keeps a Deny closed', () => {
    const same = { StringNotEquals: { 'a:owner': '${aws:PrincipalTag/owner}' } }
    expect(holds(same, { 'a:owner': ['x'] }, 'Allow')).toBe(false)
    expect(holds(same, { 'a:owner': ['x'] }, 'Deny')).toBe(true)
    expect(holds({ StringEquals: { 'a:owner': '${aws:PrincipalTag/owner}' } }, { 'a:owner': [''] })).toBe(false)
  })

  it('keeps wildcards out of StringEquals and variables inside ARN parts', () => {
    expect(holds({ StringEquals: { 'a:b': '*' } }, { 'a:b': ['x'] })).toBe(false)
    const arn = { ArnLike: { 'a:b': 'arn:aws:iam::${aws:PrincipalAccount}:role/*' } }
    expect(holds(arn, { 'a:b': ['arn:aws:iam::1:role/x'], 'aws:PrincipalAccount': ['1'] })).toBe(true)
    expect(holds(arn, { 'a:b': ['arn:aws:iam::2:role/x'], 'aws:PrincipalAccount': ['1'] })).toBe(false)
  })

  it('throws on an operator AWS does not know, so that no Deny is skipped silently', () => {
    for (const name of ['StringEqual', 'NullIfExists', 'ForSome:StringEquals', 'toString', '']) {
      expect(parseOperator(name)).toBeUndefined()
      expect(() => compileConditions({ [name]: {} }, '2012-10-17', 'Deny')).toThrow('Invalid Condition type')
    }
  })
})
