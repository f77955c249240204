import type { PolicyDocument } from './document.ts'
import { checkStatement } from './parse-statement.ts'
import type { ParsedPolicyKind } from './parse-statement.ts'
import { syntaxErrors } from './parse-elements.ts'
import type { Problem } from './parse-elements.ts'
import { policySizeLimits } from './policy-size.ts'
import { isRecord, readJson } from './read-json.ts'

export type PolicyErrorCode = 'MalformedPolicyDocument' | 'LimitExceeded' | 'PackedPolicyTooLarge'

/** `message` is worded as AWS words it, `detail` says for people what is wrong and where. */
export type ParsedPolicy =
  | { readonly ok: true; readonly document: PolicyDocument }
  | { readonly ok: false; readonly code: PolicyErrorCode; readonly message: string; readonly detail: string }

const malformed = ({ message, detail }: Problem): ParsedPolicy => ({ ok: false, code: 'MalformedPolicyDocument', message, detail })

const limitNames: Readonly<Record<ParsedPolicyKind, string>> = {
  identity: 'PolicySize',
  boundary: 'PolicySize',
  session: 'PackedPolicySize',
  trust: 'ACLSizePerRole',
  resource: 'PolicySize',
}

function tooLarge(kind: ParsedPolicyKind, length: number, limit: number): ParsedPolicy {
  const detail = `The policy has ${length} characters, and AWS takes ${limit}.`
  if (kind === 'session') {
    const message = `Packed policy consumes ${Math.ceil((length * 100) / limit)}% of allotted space, please use smaller policy.`
    return { ok: false, code: 'PackedPolicyTooLarge', message, detail }
  }
  return { ok: false, code: 'LimitExceeded', message: `Cannot exceed quota for ${limitNames[kind]}: ${limit}`, detail }
}

function asText(source: unknown): string | undefined {
  if (typeof source === 'string') return source
  try {
    return JSON.stringify(source)
  } catch {
    return undefined
  }
}

function checkDocument(raw: unknown, kind: ParsedPolicyKind): Problem | undefined {
  if (!isRecord(raw)) return { message: syntaxErrors, detail: 'The policy is not a JSON object.' }
  const unknown = Object.keys(raw).find((key) => !['Version', 'Id', 'Statement'].includes(key))
  if (unknown !== undefined) return { message: syntaxErrors, detail: `"${unknown}" is no element of a policy.` }
  if ('Version' in raw && raw.Version !== '2012-10-17' && raw.Version !== '2008-10-17') {
    return { message: 'The policy must contain a valid version string', detail: 'Version is 2012-10-17 or 2008-10-17.' }
  }
  if ('Id' in raw && typeof raw.Id !== 'string') return { message: syntaxErrors, detail: 'Id is not a text.' }
  const statements: readonly unknown[] = Array.isArray(raw.Statement) ? raw.Statement : [raw.Statement]
  if (raw.Statement === undefined || statements.length === 0) return { message: syntaxErrors, detail: 'It has no statement.' }
  for (const [index, statement] of statements.entries()) {
    const problem = checkStatement(statement, kind)
    if (problem) return { ...problem, detail: `Statement ${index + 1}: ${problem.detail}` }
  }
  const sids = statements.map((each) => (each as { Sid?: string }).Sid).filter((sid) => sid !== undefined && sid !== '')
  if (new Set(sids).size === sids.length) return undefined
  return { message: 'Statement IDs (SID) in a single policy must be unique.', detail: 'Two statements have the same Sid.' }
}

/**
 * Reads a policy as strictly as AWS does, from JSON text or from a value. The document is a fresh copy that satisfies
 * every rule `evaluateAccess` relies on. Never throws. `maxChars` replaces the limit of the kind, for instance with
 * what is left of a role's 10,240 inline characters, or with a raised quota.
 *
 * Codes: `LimitExceeded` and, for session policies, `PackedPolicyTooLarge` where it is too long (AWS packs session
 * policies in a way it does not document; the 2,048 characters are the part it does); else `MalformedPolicyDocument`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parsePolicy(source: unknown, kind: ParsedPolicyKind, maxChars: number = policySizeLimits[kind]): ParsedPolicy {
  const text = asText(source)
  const reading = text === undefined ? undefined : readJson(text)
  if (!reading) {
    return malformed({ message: syntaxErrors, detail: 'The text is not JSON, or an object in it has the same key twice.' })
  }
  const problem = checkDocument(reading.value, kind)
  if (problem) return malformed(problem)
  const length = kind === 'session' ? text!.length : JSON.stringify(reading.value).length
  return length > maxChars ? tooLarge(kind, length, maxChars) : { ok: true, document: reading.value as PolicyDocument }
}
