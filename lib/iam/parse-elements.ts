import { parseOperator } from './conditions.ts'
import { splitArn } from './condition-values.ts'
import { isRecord } from './read-json.ts'

/** What is wrong: `message` as AWS words it, `detail` for people, naming the culprit. */
export type Problem = { readonly message: string; readonly detail: string }

/** AWS's message for everything that is not the grammar. */
export const syntaxErrors = 'Syntax errors in policy.'
const legacyParsing = 'The policy failed legacy parsing'
const vendorMissing = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'

/** The texts of an element that is a text or a list of texts; `undefined` if it is anything else. */
export function readTexts(value: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.every((each) => typeof each === 'string') ? list : undefined
}

/** Checks one action pattern: `*` or `vendor:Name`, wildcards in the name only. */
export function checkAction(action: string): Problem | undefined {
  if (action === '*') return undefined
  const cut = action.indexOf(':')
  if (cut <= 0) return { message: vendorMissing, detail: `The action "${action}" has no service in front, as in s3:GetObject.` }
  const vendor = action.slice(0, cut)
  if (!/^[a-z0-9-]+$/iu.test(vendor)) return { message: `Vendor ${vendor} is not valid`, detail: `"${vendor}" is no service.` }
  if (/^[\w*?-]+$/u.test(action.slice(cut + 1))) return undefined
  return { message: legacyParsing, detail: `"${action}" is not the name of an action.` }
}

/**
 * Checks one resource pattern: `*` or an ARN of six parts.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
export function checkResource(resource: string): Problem | undefined {
  if (resource === '*') return undefined
  if (!resource.startsWith('arn:')) {
    return { message: `Resource ${resource} must be in ARN format or "*".`, detail: `"${resource}" is neither an ARN nor "*".` }
  }
  const parts = splitArn(resource.replaceAll(/\$\{[^}]*\}/gu, 'x'))
  const partition = resource.split(':')[1]!
  if (!/^(aws(-[a-z]+)*|\*|\$\{.*)$/u.test(partition)) {
    return {
      message: `Partition "${partition}" is not valid for resource "${resource}".`,
      detail: `"${partition}" is no partition of AWS.`,
    }
  }
  if (parts && parts[2] !== '' && parts[5] !== '') return undefined
  return { message: legacyParsing, detail: `"${resource}" is not a complete ARN (arn:partition:service:region:account:resource).` }
}

const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value)

function checkConditionKeys(operator: string, keys: unknown): Problem | undefined {
  if (!isRecord(keys)) return { message: syntaxErrors, detail: `The condition ${operator} is not an object of condition keys.` }
  for (const [key, value] of Object.entries(keys)) {
    if (key.indexOf(':') <= 0) return { message: vendorMissing, detail: `The condition key "${key}" has no prefix, as in aws:SourceIp.` }
    const values: readonly unknown[] = Array.isArray(value) ? value : [value]
    if (!values.every(isScalar)) return { message: syntaxErrors, detail: `The values of ${key} under ${operator} are not texts.` }
  }
  return undefined
}

/** Checks a Condition element. */
export function checkConditions(block: unknown): Problem | undefined {
  if (!isRecord(block)) return { message: syntaxErrors, detail: 'Condition is not an object.' }
  for (const [operator, keys] of Object.entries(block)) {
    if (!parseOperator(operator)) {
      return { message: `Invalid Condition type : ${operator}.`, detail: `"${operator}" is no condition operator of IAM.` }
    }
    const problem = checkConditionKeys(operator, keys)
    if (problem) return problem
  }
  return undefined
}

const principalPatterns: Readonly<Record<string, RegExp>> = {
  AWS: /^(\*|\d{12}|A[A-Z]{3}[A-Z0-9]{12,124}|arn:aws[a-z-]*:(iam|sts)::\d{12}:(root|(user|role|assumed-role|federated-user)\/[^*?\s]+))$/u,
  Service: /^[a-z0-9][a-z0-9.-]*\.(amazonaws\.com(\.cn)?|aws\.internal|amazon\.com|aws)$/iu,
  Federated: /^(arn:aws[a-z-]*:iam::\d{12}:(saml-provider|oidc-provider)\/[^*?\s]+|[a-z0-9-]+(\.[a-z0-9-]+)+)$/iu,
  CanonicalUser: /^[a-f0-9]{64}$/u,
}

/**
 * Checks a Principal or NotPrincipal element. No wildcard but `*` alone: AWS refuses partial names of principals.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function checkPrincipal(element: unknown): Problem | undefined {
  if (element === '*') return undefined
  if (!isRecord(element) || Object.keys(element).length === 0) {
    return { message: 'Invalid principal in policy.', detail: 'Principal is neither "*" nor an object of principals by type.' }
  }
  for (const [type, value] of Object.entries(element)) {
    const pattern = Object.hasOwn(principalPatterns, type) ? principalPatterns[type] : undefined
    const names = readTexts(value)
    const wrong = names?.find((name) => !pattern?.test(name))
    if (pattern && names && names.length > 0 && wrong === undefined) continue
    const shown = `"${type}":"${wrong ?? ''}"`
    return { message: `Invalid principal in policy: ${shown}`, detail: `${shown} names no principal.` }
  }
  return undefined
}
