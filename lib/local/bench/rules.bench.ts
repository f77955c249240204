import { readFileSync } from 'node:fs'
import path from 'node:path'
import { builtinRules, builtinRulesFolder } from '#lib/detection/builtin-rules.ts'
import { compileRuleSet } from '#lib/detection/sigma/rule-set.ts'
import type { RuleFile } from '#lib/detection/sigma/read-rules.ts'
import { atMost, type BenchCase } from './bench-case.ts'

const few = 50
const many = 1_000
const rounds = 40_000
const passes = 7

/**
 * What one event costs when a thousand rules are on, beside fifty of them: Latchkey's own, and as many made rules about
 * calls of their own as are missing. Events are the records of the rules' own cases.
 */
export function benchRules(): BenchCase {
  const own = builtinRules()
  const events = own.flatMap(({ path }) => recordsOf(path))
  const [withFew, withMany] = [few, many].map((count) => {
    const set = compileRuleSet([...own, ...Array.from({ length: count - own.length }, (_, number) => made(number))])
    return (): number => {
      const begun = performance.now()
      for (let round = 0; round < rounds; round += 1) set.judge(events[round % events.length] ?? {}, 'event', 0)
      return ((performance.now() - begun) / rounds) * 1_000
    }
  }) as [() => number, () => number]
  const best = { few: Infinity, many: Infinity }
  for (let pass = 0; pass < passes; pass += 1) {
    best.few = Math.min(best.few, withFew())
    best.many = Math.min(best.many, withMany())
  }
  return atMost(`an event judged by ${many.toLocaleString('en')} rules, beside ${few}`, 'µs', best.many, 2 * best.few, rounds, best.few)
}

function recordsOf(rulePath: string): Record<string, unknown>[] {
  const cases = JSON.parse(readFileSync(path.join(builtinRulesFolder, path.basename(rulePath).replace(/\.yml$/, '.cases.json')), 'utf8')) as Record<string, { events: Record<string, unknown>[] }[]>
  return Object.values(cases).flat().flatMap(({ events }) => events)
}

const made = (number: number): RuleFile => ({
  path: `made-${number}.yml`,
  text: `title: Made rule ${number}
id: 00000000-0000-4000-8000-${String(number).padStart(12, '0')}
logsource: { product: aws, service: cloudtrail }
detection:
  selection: { eventSource: service${number % 100}.amazonaws.com, eventName: [Call${number}, OtherCall${number}], requestParameters.name|contains: made }
  condition: selection and not 1 of filter_*
  filter_own: { userIdentity.type: AWSService }
level: medium
`,
})
