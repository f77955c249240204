import { describe, expect, it } from 'vitest'
import { type Contributed, compileRuleSet, contributionsOf } from './rule-set.ts'

const detection = (name: string, eventName: string, more = ''): string => `title: ${name} happened\nname: ${name}\nlogsource: { product: aws, service: cloudtrail }\ndetection: { s: { eventName: ${eventName} }, condition: s }\n${more}`
const correlation = (title: string, body: string, more = ''): string => `title: ${title}\n${more}correlation: { ${body} }\n`
const file = (...documents: string[]) => [{ path: 'rules.yml', text: documents.join('---\n') }]

/** Titles of what fires on events `[name, second, more fields]`. */
function firing(files: { path: string; text: string }[], events: readonly (readonly [string, number, object?])[]): string[] {
  const set = compileRuleSet(files)
  expect(set.refusals).toEqual([])
  const contributed: Contributed[] = []
  const fired = events.flatMap(([eventName, second, more], index) => {
    const judged = set.judge({ eventName, eventSource: 'x.amazonaws.com', user: 'ann', ...more }, `event-${index}`, second * 1_000)
    contributed.push(...judged.contributed)
    return judged.hits.map(({ title }) => title)
  })
  return [...fired, ...set.correlateAll(contributionsOf(contributed), Number.POSITIVE_INFINITY).map(({ about, eventIds }) => `${about.title}: ${eventIds.join(' ')}`)]
}

const pair = correlation('Pair', 'type: temporal_ordered, rules: [a, b], group-by: [user], timespan: 1m')

describe('correlations of a set', () => {
  it('group by fields; rules of their own file speak only through them, unless they are to be generated', () => {
    const events = [['A', 0], ['B', 5], ['B', 6, { user: 'bob' }]] as const
    expect(firing(file(pair, detection('a', 'A'), detection('b', 'B')), events)).toEqual(['Pair: event-0 event-1'])
    expect(firing(file(pair.replace('}', ', generate: true }'), detection('a', 'A'), detection('b', 'B')), events)).toEqual(['a happened', 'b happened', 'b happened', 'Pair: event-0 event-1'])
    expect(firing([...file(pair), { path: 'other.yml', text: `${detection('a', 'A')}---\n${detection('b', 'B')}` }], events)).toEqual(['a happened', 'b happened', 'b happened', 'Pair: event-0 event-1'])
  })

  it('an event without the field belongs to no group', () => {
    expect(firing(file(pair, detection('a', 'A'), detection('b', 'B')), [['A', 0, { user: null }], ['B', 5, { user: null }]])).toEqual([])
  })

  it('aliases bring different fields of different rules together', () => {
    const aliased = correlation('Same key', 'type: temporal, rules: [a, b], group-by: [key], timespan: 1m, aliases: { key: { a: made.key, b: used } }')
    expect(firing(file(aliased, detection('a', 'A'), detection('b', 'B')), [['A', 0, { made: { key: 'K' } }], ['B', 5, { used: 'K' }], ['B', 6, { used: 'L' }]])).toEqual(['Same key: event-0 event-1'])
  })

  it('a correlation counts hits of another one, in the groups of its own fields', () => {
    const many = correlation('Many', 'type: event_count, rules: [a], group-by: [user, ip], timespan: 1m, condition: { gte: 2 }', 'name: many\n')
    const then = correlation('Then', 'type: temporal_ordered, rules: [many, b], group-by: [user], timespan: 1h')
    const events = [['A', 0, { ip: '1' }], ['A', 1, { ip: '1' }], ['A', 2, { ip: '2' }], ['B', 600, { ip: '3' }]] as const
    expect(firing(file(then, many, detection('a', 'A'), detection('b', 'B')), events)).toEqual(['Then: event-0 event-1 event-3'])
  })

  it('rules are known by id, name or title; one that is not there, or oneself, is refused by name', () => {
    const refusals = (...documents: string[]) => compileRuleSet(file(...documents)).refusals.map(({ problem }) => problem)
    expect(refusals(correlation('By title', 'type: temporal, rules: ["a happened"], timespan: 1m'), detection('a', 'A'))).toEqual([])
    expect(refusals(correlation('By id', 'type: temporal, rules: [id-1], timespan: 1m'), detection('a', 'A', 'id: id-1\n'))).toEqual([])
    expect(refusals(correlation('Lost', 'type: temporal, rules: [nowhere], timespan: 1m'))).toEqual(['It correlates "nowhere", which is no rule that can be used here.'])
    expect(refusals(correlation('Self', 'type: temporal, rules: [Self], timespan: 1m'))).toHaveLength(1)
  })

  it('what a correlation lacks or does not know is refused by name', () => {
    const problem = (body: string): string | undefined => compileRuleSet(file(correlation('C', body), detection('a', 'A'))).refusals[0]?.problem
    expect(problem('type: near, rules: [a], timespan: 1m')).toContain('correlation.type')
    expect(problem('type: event_count, rules: [a], timespan: 1m')).toContain('needs a condition')
    expect(problem('type: value_count, rules: [a], timespan: 1m, condition: { gte: 1 }')).toContain('needs "field"')
    expect(problem('type: event_count, rules: [a], timespan: 1w, condition: { gte: 1 }')).toContain('correlation.timespan')
    expect(problem('type: event_count, rules: [a], timespan: 1m, condition: { gte: 1 }, window: sliding')).toContain('window')
    expect(problem('type: event_count, rules: [a], timespan: 1m, condition: { most: 1 }')).toContain('most')
  })
})

describe('the index', () => {
  it('tries only rules that the name or source of an event can fit, and every one that can', () => {
    const only = (title: string, body: string): string => `title: ${title}\nlogsource: { product: aws }\ndetection: { ${body} }\n`
    const rules = file(
      only('by name', 's: { eventName: [A, B] }, condition: s'),
      only('by source', 's: { eventSource: x.amazonaws.com }, condition: s'),
      only('either name', 's: { eventName: A }, t: { eventName: C }, condition: s or t'),
      only('name or anything', 's: { eventName: Z }, t: { user: ann }, condition: s or t'),
      only('not a name', 's: { eventName: Z }, condition: not s'),
      only('a pattern', 's: { eventName: "A*" }, condition: s'),
      only('name and not', 's: { eventName: A }, f: { user: bob }, condition: s and not f'),
      only('another source', 's: { eventName: A, eventSource: y.amazonaws.com }, condition: s'),
      only('all of', 's_a: { eventName: A }, s_b: { user: ann }, condition: all of s_*'),
      only('one of them', 's_a: { eventName: Q }, s_b: { user: ann }, _c: { eventName: A }, condition: 1 of them'),
      only('several conditions', 's: { eventName: Q }, t: { eventName: A }, condition: [s, t]'),
    )
    const always = ['by source', 'name or anything', 'not a name', 'one of them']
    const firesOn = (eventName: string): string[] => firing(rules, [[eventName, 0]]).toSorted()
    expect(firesOn('a')).toEqual([...always, 'a pattern', 'all of', 'by name', 'either name', 'name and not', 'several conditions'].toSorted())
    expect(firesOn('B')).toEqual([...always, 'by name'].toSorted())
    expect(firesOn('C')).toEqual([...always, 'either name'].toSorted())
    expect(firesOn('Z')).toEqual(['by source', 'name or anything', 'one of them'])
  })
})
