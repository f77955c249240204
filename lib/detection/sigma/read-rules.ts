import { LineCounter, parseAllDocuments } from 'yaml'
import { type CorrelationRuleSource, correlationRuleSchema, type DetectionRuleSource, detectionRuleSchema } from './rule.ts'

export type RuleFile = { path: string; text: string }
/** Why a rule is not used, in a sentence that names what it wants. */
export type RuleRefusal = { path: string; rule: string; problem: string }
export type RuleDocument = { path: string } & ({ kind: 'detection'; source: DetectionRuleSource } | { kind: 'correlation'; source: CorrelationRuleSource })

/** Reads every rule of a file, each document for itself: a rule that cannot be read takes no other one with it. */
export function readRules({ path, text }: RuleFile): { documents: RuleDocument[]; refusals: RuleRefusal[] } {
  const lines = new LineCounter()
  const read = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true })
  const documents: RuleDocument[] = []
  const refusals: RuleRefusal[] = []
  for (const document of Array.isArray(read) ? read : []) {
    const [error] = document.errors
    if (error) {
      refusals.push({ path, rule: path, problem: `Line ${lines.linePos(error.pos[0]).line} is not YAML: ${error.message.split('\n', 1)[0] ?? ''}` })
      continue
    }
    const value: unknown = toValue(document)
    if (value === null || value === undefined) continue
    const result = readDocument(path, value)
    if ('problem' in result) refusals.push(result)
    else documents.push(result)
  }
  return { documents, refusals }
}

function toValue(document: { toJS(options: { maxAliasCount: number }): unknown }): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch {
    return 'too many aliases'
  }
}

function readDocument(path: string, value: unknown): RuleDocument | RuleRefusal {
  const titled = typeof value === 'object' && value !== null && 'title' in value && typeof value.title === 'string' ? value.title : path
  const refused = (problem: string): RuleRefusal => ({ path, rule: titled, problem })
  if (typeof value !== 'object' || value === null) return refused('It is no Sigma rule.')
  if ('filter' in value) return refused('Sigma filters are not supported; suppress the findings instead, or write the exception into a copy of the rule.')
  if ('action' in value) return refused('"action" (global, reset, repeat) is no part of Sigma 2; write each rule as a document of its own.')
  const parsed = 'correlation' in value ? correlationRuleSchema.safeParse(value) : detectionRuleSchema.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return refused(`${issue?.path.join('.') || 'The rule'}: ${issue?.message ?? 'cannot be read'}.`)
  }
  if ('correlation' in parsed.data) return { path, kind: 'correlation', source: parsed.data as CorrelationRuleSource }
  const { logsource } = parsed.data
  if (logsource.product !== 'aws' || (logsource.service !== undefined && logsource.service !== 'cloudtrail')) return refused(`It is for another log source (${Object.values(logsource).filter((part) => typeof part === 'string').join(', ')}), not for AWS CloudTrail.`)
  if (logsource.category !== undefined) return refused(`CloudTrail has no events of the category "${logsource.category}".`)
  return { path, kind: 'detection', source: parsed.data }
}
