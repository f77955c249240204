import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { builtinRules } from './builtin-rules.ts'
import { compileRuleSet, type Contributed, contributionsOf, type RuleSet } from './sigma/rule-set.ts'

type Event = Readonly<Record<string, unknown>>
const casesSchema = z.strictObject({
  fires: z.array(z.strictObject({ why: z.string(), events: z.array(z.record(z.string(), z.unknown())).min(1) })).min(2),
  silent: z.array(z.strictObject({ why: z.string(), events: z.array(z.record(z.string(), z.unknown())).min(1) })).min(2),
})

/** Titles of what fires on records of CloudTrail, each once. */
function firing(set: RuleSet, events: readonly Event[]): string[] {
  const contributed: Contributed[] = []
  const titles = events.flatMap((event, index) => {
    const judged = set.judge(event, typeof event['eventID'] === 'string' ? event['eventID'] : String(index), Date.parse(String(event['eventTime'])))
    contributed.push(...judged.contributed)
    return judged.hits.map(({ title }) => title)
  })
  return [...new Set([...titles, ...set.correlateAll(contributionsOf(contributed), Number.POSITIVE_INFINITY).map(({ about }) => about.title)])]
}

const files = builtinRules()
const all = compileRuleSet(files)
const fields = z.looseObject({
  title: z.string().max(110),
  id: z.uuid({ version: 'v4' }),
  status: z.enum(['stable', 'test', 'experimental']),
  description: z.string().min(60),
  author: z.literal('Latchkey'),
  date: z.string().regex(/^\d{4}-\d\d-\d\d$/),
  references: z.array(z.url({ protocol: /^https$/, hostname: /(^|\.)amazon\.com$/ })).min(1),
  tags: z.array(z.string().regex(/^attack\.(t\d{4}(\.\d{3})?|initial-access|execution|persistence|privilege-escalation|defense-evasion|credential-access|discovery|lateral-movement|collection|exfiltration|impact)$/)).min(2),
  falsepositives: z.array(z.string()).min(1),
  level: z.enum(['informational', 'low', 'medium', 'high', 'critical']),
  response: z.string().min(20),
})

describe('the built-in rules', () => {
  it('are all usable, and no two have one id or title', () => {
    expect(all.refusals).toEqual([])
    expect(new Set(all.rules.map(({ id }) => id)).size).toBe(all.rules.length)
    expect(new Set(all.rules.map(({ title }) => title)).size).toBe(all.rules.length)
  })

  it('what a responder does next reaches those who show a rule', () => {
    expect(all.rules.filter(({ response }) => response === null)).toEqual([])
  })
})

describe.each(files.map((file) => ({ ...file, name: path.basename(file.path, '.yml') })))('$name', ({ name, ...file }) => {
  const documents = parseAllDocuments(file.text).map((document) => document.toJS() as unknown)
  const cases = casesSchema.parse(JSON.parse(readFileSync(path.join(import.meta.dirname, 'rules', `${name}.cases.json`), 'utf8')))
  const title = (documents[0] as { title: string }).title

  it('says who wrote it, what it means, when it is wrong, and what to do', () => {
    for (const document of documents) expect(fields.safeParse(document).error?.issues).toBeUndefined()
    const tags = documents.flatMap((document) => (document as { tags: string[] }).tags)
    expect(tags.some((tag) => tag.startsWith('attack.t'))).toBe(true)
    expect(tags.some((tag) => !/^attack\.t\d/.test(tag))).toBe(true)
  })
  it.each(cases.fires)('fires: $why', ({ events }) => {
    expect(firing(compileRuleSet([file]), events)).toEqual([title])
    expect(firing(all, events)).toContain(title)
  })
  it.each(cases.silent)('is silent: $why', ({ events }) => {
    expect(firing(compileRuleSet([file]), events)).toEqual([])
  })
})
