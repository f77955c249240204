import { describe, expect, it } from 'vitest'
import { compileRuleSet } from './rule-set.ts'

type Event = Record<string, unknown>
const quote = (value: unknown): string => JSON.stringify(value)

/** A rule of one selection; YAML is a superset of JSON. */
function rule(detection: object, condition = 'selection'): string {
  return `title: A rule under test\nlogsource: { product: aws, service: cloudtrail }\ndetection: ${quote({ selection: detection, condition })}\n`
}
function fires(detection: object, event: Event, placeholders?: ReadonlyMap<string, readonly string[]>): boolean {
  const set = compileRuleSet([{ path: 'rule.yml', text: rule(detection) }], placeholders)
  expect(set.refusals).toEqual([])
  return set.judge(event, 'one', 0).hits.length > 0
}
const refusal = (detection: object, condition?: string): string | undefined => compileRuleSet([{ path: 'rule.yml', text: rule(detection, condition) }]).refusals[0]?.problem

/** What the specification says, each with an event it fits and one it just does not. */
const table: [says: string, detection: object, fits: Event, misses: Event][] = [
  ['text is compared without case', { eventName: 'CREATEUSER' }, { eventName: 'CreateUser' }, { eventName: 'CreateUsers' }],
  ['a list is any of its values', { eventName: ['A', 'B'] }, { eventName: 'b' }, { eventName: 'c' }],
  ['a map is all of its fields', { a: '1', b: '2' }, { a: '1', b: '2' }, { a: '1', b: '3' }],
  ['numbers are compared as text', { port: 22 }, { port: '22' }, { port: 220 }],
  ['text is compared with a number', { port: '22' }, { port: 22 }, { port: 23 }],
  ['truth is compared as text', { mfa: true }, { mfa: true }, { mfa: false }],
  ['* is any number of characters', { a: 'x*z' }, { a: 'xyyz' }, { a: 'xyy' }],
  ['? is one character', { a: 'x?z' }, { a: 'xyz' }, { a: 'xz' }],
  ['\\* is a star', { a: 'x\\*' }, { a: 'x*' }, { a: 'xy' }],
  ['\\? is a question mark', { a: 'x\\?' }, { a: 'x?' }, { a: 'xy' }],
  ['\\\\* is a backslash and anything', { a: 'x\\\\*' }, { a: 'x\\yz' }, { a: 'xyz' }],
  ['\\\\\\* is a backslash and a star', { a: 'x\\\\\\*' }, { a: 'x\\*' }, { a: 'x\\y' }],
  ['a single backslash is one', { a: 'C:\\Windows' }, { a: 'c:\\windows' }, { a: 'c:windows' }],
  ['null is a field that is absent or null', { a: null }, {}, { a: '' }],
  ['null fits null', { a: null }, { a: null }, { a: 0 }],
  ['the empty text is not null', { a: '' }, { a: '' }, {}],
  ['contains', { 'a|contains': 'b' }, { a: 'abc' }, { a: 'ac' }],
  ['contains with a wildcard within', { 'a|contains': 'b*d' }, { a: 'abcde' }, { a: 'adcbe' }],
  ['contains|all', { 'a|contains|all': ['b', 'c'] }, { a: 'cab' }, { a: 'ab' }],
  ['startswith', { 'a|startswith': 'ab' }, { a: 'ABC' }, { a: 'cab' }],
  ['endswith', { 'a|endswith': 'bc' }, { a: 'ABC' }, { a: 'abcd' }],
  ['an object is compared as text', { 'requestParameters|contains': '"public":true' }, { requestParameters: { acl: { public: true } } }, { requestParameters: { acl: { public: false } } }],
  ['a path goes through objects', { 'a.b.c': 'x' }, { a: { b: { c: 'x' } } }, { a: { b: 'x' } }],
  ['a path goes through arrays to any element', { 'a.b': 'y' }, { a: [{ b: 'x' }, { b: 'y' }] }, { a: [{ b: 'x' }, { c: 'y' }] }],
  ['an array is any of its elements', { a: 'y' }, { a: ['x', 'y'] }, { a: ['x'] }],
  ['exists: true', { 'a.b|exists': true }, { a: { b: null } }, { a: {} }],
  ['exists: false', { 'a.b|exists': false }, { a: {} }, { a: { b: '' } }],
  ['cased', { 'a|cased': 'Ab' }, { a: 'Ab' }, { a: 'ab' }],
  ['contains|cased', { 'a|contains|cased': 'Ab' }, { a: 'xAby' }, { a: 'xaby' }],
  ['neq', { 'a|neq': 'x' }, { a: 'y' }, { a: 'X' }],
  ['neq of a list is none of it', { 'a|neq': ['x', 'y'] }, { a: 'z' }, { a: 'y' }],
  ['neq of a number', { 'a|neq': 3 }, { a: 4 }, { a: 3 }],
  ['lt', { 'a|lt': 3 }, { a: 2 }, { a: 3 }],
  ['lte', { 'a|lte': 3 }, { a: '3' }, { a: 3.5 }],
  ['gt', { 'a|gt': 3 }, { a: 4 }, { a: 3 }],
  ['gte', { 'a|gte': 3 }, { a: 3 }, { a: 'many' }],
  ['re is case-sensitive', { 'a|re': '^ab+c$' }, { a: 'abbc' }, { a: 'ABC' }],
  ['re is found anywhere', { 'a|re': 'b{2,}' }, { a: 'abbc' }, { a: 'abc' }],
  ['re|i', { 'a|re|i': '^abc$' }, { a: 'ABC' }, { a: 'abcd' }],
  ['re|m', { 'a|re|m': '^b$' }, { a: 'a\nb\nc' }, { a: 'ab' }],
  ['re|s', { 'a|re|s': 'a.c' }, { a: 'a\nc' }, { a: 'a\n\nc' }],
  ['re without s: a dot is no line break', { 'a|re': 'a.c' }, { a: 'abc' }, { a: 'a\nc' }],
  ['cidr of IPv4', { 'ip|cidr': '10.0.0.0/8' }, { ip: '10.200.3.4' }, { ip: '11.0.0.1' }],
  ['cidr of IPv6', { 'ip|cidr': '2001:db8::/32' }, { ip: '2001:db8::1' }, { ip: '2001:db9::1' }],
  ['cidr of what is no address', { 'ip|cidr': '0.0.0.0/0' }, { ip: '1.2.3.4' }, { ip: 'ec2.amazonaws.com' }],
  ['fieldref', { 'a|fieldref': 'b.c' }, { a: 'X', b: { c: 'x' } }, { a: 'x', b: { c: 'y' } }],
  ['fieldref|neq', { 'a|fieldref|neq': 'b' }, { a: 'x', b: 'y' }, { a: 'x', b: 'x' }],
  ['fieldref|endswith', { 'a|fieldref|endswith': 'b' }, { a: 'user/ann', b: 'ann' }, { a: 'user/bob', b: 'ann' }],
  ['windash', { 'a|windash|contains': ' -f' }, { a: 'cmd /f' }, { a: 'cmd +f' }],
  ['windash with long dashes', { 'a|windash|contains': ' -f' }, { a: 'cmd \u2014f' }, { a: 'cmd f' }],
  ['base64', { 'a|base64': 'hello' }, { a: 'aGVsbG8=' }, { a: 'hello' }],
  ['base64offset|contains, no shift', { 'a|base64offset|contains': '/bin/bash' }, { a: btoa('/bin/bash -i') }, { a: btoa('/bin/dash -i') }],
  ['base64offset|contains, shifted by one', { 'a|base64offset|contains': '/bin/bash' }, { a: btoa('x/bin/bash -i') }, { a: btoa('x/bin/dash -i') }],
  ['base64offset|contains, shifted by two', { 'a|base64offset|contains': '/bin/bash' }, { a: btoa('xy/bin/bash -i') }, { a: btoa('xy/bin/dash -i') }],
  ['utf16le|base64', { 'a|utf16le|base64': 'cmd' }, { a: 'YwBtAGQA' }, { a: 'Y21k' }],
  ['wide is utf16le', { 'a|wide|base64': 'cmd' }, { a: 'YwBtAGQA' }, { a: 'Y21k' }],
  ['utf16be|base64', { 'a|utf16be|base64': 'cmd' }, { a: 'AGMAbQBk' }, { a: 'YwBtAGQA' }],
  ['utf16|base64 has a byte order mark', { 'a|utf16|base64': 'cmd' }, { a: '//5jAG0AZAA=' }, { a: 'YwBtAGQA' }],
  ['hour', { 'eventTime|hour': 3 }, { eventTime: '2026-11-23T03:59:59Z' }, { eventTime: '2026-11-23T04:00:00Z' }],
  ['hour|gte', { 'eventTime|hour|gte': 22 }, { eventTime: '2026-11-23T22:00:00Z' }, { eventTime: '2026-11-23T21:59:59Z' }],
  ['minute', { 'eventTime|minute': 30 }, { eventTime: '2026-11-23T03:30:00Z' }, { eventTime: '2026-11-23T03:31:00Z' }],
  ['day', { 'eventTime|day': 23 }, { eventTime: '2026-11-23T03:30:00Z' }, { eventTime: '2026-11-24T03:30:00Z' }],
  ['week', { 'eventTime|week': 48 }, { eventTime: '2026-11-23T03:30:00Z' }, { eventTime: '2026-11-22T03:30:00Z' }],
  ['month', { 'eventTime|month': 11 }, { eventTime: '2026-11-23T03:30:00Z' }, { eventTime: '2026-12-23T03:30:00Z' }],
  ['year', { 'eventTime|year': 2026 }, { eventTime: '2026-11-23T03:30:00Z' }, { eventTime: '2027-11-23T03:30:00Z' }],
  ['keywords are any text of the event', ['evil service', 'other'], { a: { b: ['An EVIL Service'] } }, { a: 'good' }],
  ['|all keywords', { '|all': ['evil', 'service'] }, { a: 'evil', b: 'service' }, { a: 'evil' }],
  ['keywords with quotes and backslashes', ['say "x\\\\y"'], { a: 'Say "x\\y"' }, { a: 'say xy' }],
  ['a list of maps is any of them', [{ a: '1' }, { b: '2' }], { b: '2' }, { a: '2', b: '1' }],
]

describe('what a rule says of one event', () => {
  it.each(table)('%s', (_says, detection, fits, misses) => {
    expect([fires(detection, fits), fires(detection, misses)]).toEqual([true, false])
  })

  it('expand takes the values of a configured list, and refuses one that is not', () => {
    const lists = new Map([['Admins', ['ann', 'bob*']]])
    const detection = { 'user|expand': '%Admins%' }
    expect([fires(detection, { user: 'ANN' }, lists), fires(detection, { user: 'bobby' }, lists), fires(detection, { user: 'carl' }, lists)]).toEqual([true, true, false])
    expect(fires({ 'user|expand': '\\%plain-%Admins%' }, { user: '%plain-ann' }, lists)).toBe(true)
    expect(fires({ user: '%Admins%' }, { user: '%admins%' }, lists)).toBe(true)
    expect(refusal(detection)).toBe('"user|expand" wants the list %Admins%, which is not configured.')
  })

  it('an expression that could take time without end is answered at once', () => {
    expect(fires({ 'a|re': '^(a+)+$' }, { a: `${'a'.repeat(50_000)}!` })).toBe(false)
    expect(fires({ 'a|contains': '*a*a*a*a*a*a*a*b' }, { a: 'a'.repeat(50_000) })).toBe(false)
  })
})

describe('what is not supported is refused by name', () => {
  const refused: [detection: object, condition: string | undefined, names: string][] = [
    [{ 'a|near': 'x' }, undefined, '"near"'],
    [{ 'a|contains|startswith': 'x' }, undefined, '"contains" and "startswith"'],
    [{ 'a|re|contains': 'x' }, undefined, '"re" and "contains"'],
    [{ 'a|i': 'x' }, undefined, '"i", "m" and "s" belong to "re"'],
    [{ 'a|lt': 'many' }, undefined, 'many is no number'],
    [{ 'a|cidr': '10.0.0.0/40' }, undefined, '10.0.0.0/40 is no range'],
    [{ 'a|re': '(?<=x)y' }, undefined, '(?<=x)y cannot be used'],
    [{ 'a|re': '(a)\\1' }, undefined, 'cannot be used'],
    [{ 'a|exists': 'yes' }, undefined, 'must say true or false'],
    [{ 'a|contains|all': 'x' }, undefined, '"all" needs a list'],
    [{ a: 'x' }, 'selection | count() > 5', 'Aggregations in a condition'],
    [{ a: 'x' }, 'selection and', 'ends where a search identifier belongs'],
    [{ a: 'x' }, '(selection', 'bracket'],
    [{ a: 'x' }, 'other', '"other"'],
    [{ a: 'x' }, '2 of them', '"2 of"'],
    [{ a: 'x' }, '1 of filter*', 'fits no search identifier'],
    [{ a: 'x' }, 'selection selection', 'goes on with "selection"'],
  ]
  it.each(refused)('%j %s', (detection, condition, names) => {
    expect(refusal(detection, condition)).toContain(names)
  })

  it('rules for other log sources, filters, timeframes, other taxonomies and broken files; the others of a file still work', () => {
    const good = rule({ eventName: 'A' })
    const text = [
      good,
      'title: Windows\nlogsource: { product: windows, service: security }\ndetection: { s: { a: 1 }, condition: s }\n',
      'title: A filter\nlogsource: { product: aws }\nfilter: { rules: [x], selection: { a: 1 }, condition: selection }\n',
      'title: Old\nlogsource: { product: aws, service: cloudtrail }\ndetection: { s: { a: 1 }, timeframe: 5m, condition: s }\n',
      'title: Foreign words\ntaxonomy: ecs\nlogsource: { product: aws }\ndetection: { s: { a: 1 }, condition: s }\n',
      'title: No detection\nlogsource: { product: aws }\n',
    ].join('---\n')
    const set = compileRuleSet([{ path: 'many.yml', text }, { path: 'broken.yml', text: 'title: [' }, { path: 'twice.yml', text: good }])
    expect(set.rules.map(({ title }) => title)).toEqual(['A rule under test'])
    expect(set.refusals.map(({ rule: name }) => name).toSorted()).toEqual(['A filter', 'A rule under test', 'Foreign words', 'No detection', 'Old', 'Windows', 'broken.yml'])
  })
})
