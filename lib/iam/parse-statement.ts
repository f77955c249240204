import { checkAction, checkConditions, checkPrincipal, checkResource, readTexts, syntaxErrors } from './parse-elements.ts'
import type { Problem } from './parse-elements.ts'
import { isRecord } from './read-json.ts'

/** What a policy is attached to; it decides which elements a statement must and must not have. */
export type ParsedPolicyKind = 'identity' | 'resource' | 'trust' | 'session' | 'boundary'

const elements = ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']

type Raw = Readonly<Record<string, unknown>>

function checkShape(raw: Raw): Problem | undefined {
  const unknown = Object.keys(raw).find((key) => !elements.includes(key))
  if (unknown !== undefined) return { message: syntaxErrors, detail: `"${unknown}" is no element of a statement.` }
  for (const name of ['Principal', 'Action', 'Resource']) {
    if (name in raw && `Not${name}` in raw) return { message: syntaxErrors, detail: `It has both ${name} and Not${name}.` }
  }
  if (!('Effect' in raw)) return { message: 'Missing required field Effect', detail: 'It has no Effect.' }
  if (raw.Effect !== 'Allow' && raw.Effect !== 'Deny') return { message: syntaxErrors, detail: 'Effect is neither Allow nor Deny.' }
  return undefined
}

function checkSid(raw: Raw, kind: ParsedPolicyKind): Problem | undefined {
  if (!('Sid' in raw)) return undefined
  if (typeof raw.Sid !== 'string') return { message: syntaxErrors, detail: 'Sid is not a text.' }
  // Resource policies may have other characters: each service sets its own rule.
  if (kind === 'resource' || /^[0-9A-Za-z]*$/u.test(raw.Sid)) return undefined
  const message = 'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*'
  return { message, detail: `The Sid "${raw.Sid}" has characters other than letters and digits.` }
}

function checkList(
  raw: Raw,
  name: 'Action' | 'Resource',
  message: string,
  check: (text: string) => Problem | undefined,
): Problem | undefined {
  const value = raw[name] ?? raw[`Not${name}`]
  if (value === undefined) return { message, detail: `It has no ${name}.` }
  const texts = readTexts(value)
  if (!texts) return { message: syntaxErrors, detail: `${name} is neither a text nor a list of texts.` }
  if (texts.length === 0) return { message, detail: `${name} is empty.` }
  return texts.map(check).find((problem) => problem !== undefined)
}

function checkNames(raw: Raw, kind: ParsedPolicyKind): Problem | undefined {
  const given = 'Principal' in raw ? 'Principal' : 'NotPrincipal' in raw ? 'NotPrincipal' : undefined
  if (kind !== 'resource' && kind !== 'trust') {
    if (given === undefined) return undefined
    return { message: 'Policy document should not specify a principal.', detail: `A policy of this kind has no ${given}.` }
  }
  if (given === undefined) return { message: 'Missing required field Principal', detail: 'It has no Principal.' }
  if (given === 'NotPrincipal' && raw.Effect === 'Allow') {
    return { message: 'Allow with NotPrincipal is not allowed.', detail: 'It would allow everyone who is not listed.' }
  }
  if (kind === 'trust' && raw[given] === '*') {
    const message = 'AssumeRolepolicy contained an invalid principal: "STAR":"*".'
    return { message, detail: 'A trust policy writes everyone as {"AWS": "*"}.' }
  }
  return checkPrincipal(raw[given])
}

function checkTrust(raw: Raw): Problem | undefined {
  const resource = ['Resource', 'NotResource'].find((name) => name in raw)
  if (resource) return { message: `Has prohibited field ${resource}`, detail: 'A trust policy is about its own role.' }
  const foreign = readTexts(raw.Action ?? raw.NotAction)?.find((action) => !/^sts:/iu.test(action))
  if (foreign === undefined) return undefined
  const message = 'AssumeRole policy may only specify STS AssumeRole actions.'
  return { message, detail: `A trust policy has only actions of sts, not "${foreign}".` }
}

/**
 * The first thing wrong with a statement of a policy of `kind`; `undefined` if AWS would accept it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html
 */
export function checkStatement(raw: unknown, kind: ParsedPolicyKind): Problem | undefined {
  if (!isRecord(raw)) return { message: syntaxErrors, detail: 'It is not an object.' }
  return (
    checkShape(raw) ??
    checkSid(raw, kind) ??
    checkNames(raw, kind) ??
    checkList(raw, 'Action', 'Policy statement must contain actions.', checkAction) ??
    (kind === 'trust'
      ? checkTrust(raw)
      : checkList(raw, 'Resource', 'Policy statement must contain resources.', checkResource)) ??
    ('Condition' in raw ? checkConditions(raw.Condition) : undefined)
  )
}
