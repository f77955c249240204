/**
 * The shape of an IAM JSON policy, as AWS stores it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export type OneOrMany<T> = T | readonly T[]

/** A scalar that AWS accepts as a condition value; compared as text. */
export type ConditionValue = string | number | boolean

/** operator → condition key → values. Operators and keys are ANDed, the values of one key are ORed. */
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, OneOrMany<ConditionValue>>>>>

/** `*`, or principals by type. */
export type PrincipalElement = '*' | Readonly<Partial<Record<PrincipalType, OneOrMany<string>>>>

export type PrincipalType = 'AWS' | 'Service' | 'Federated' | 'CanonicalUser'

export type Statement = {
  readonly Sid?: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Principal?: PrincipalElement
  readonly NotPrincipal?: PrincipalElement
  readonly Action?: OneOrMany<string>
  readonly NotAction?: OneOrMany<string>
  readonly Resource?: OneOrMany<string>
  readonly NotResource?: OneOrMany<string>
  readonly Condition?: ConditionBlock
}

/** Without `Version`, AWS reads a document as 2008-10-17: no policy variables. */
export type PolicyVersion = '2012-10-17' | '2008-10-17'

export type PolicyDocument = {
  readonly Version?: PolicyVersion
  readonly Id?: string
  readonly Statement: OneOrMany<Statement>
}

/** A document under the name that decisions and explanations cite. */
export type NamedPolicy = { readonly name: string; readonly document: PolicyDocument }

/** The single value or the list, always as a list; a missing element is an empty list. */
export function asList<T>(value: OneOrMany<T> | undefined): readonly T[] {
  if (value === undefined) return []
  return Array.isArray(value) ? (value as readonly T[]) : [value as T]
}
