import type { PolicyVersion } from './document.ts'
import { compileWildcard, matchesWildcard, wildcardTokens } from './match.ts'
import type { PatternToken, Wildcard } from './match.ts'

/** A condition key's values in the request; the empty list when the request has none. Keys know no case. */
export type KeyLookup = (key: string) => readonly string[]

type Variable = { readonly kind: 'variable'; readonly key: string; readonly fallback: string | undefined }
type TemplateToken = PatternToken | Variable

/** A policy string that may hold wildcards and variables, prepared once. */
export type Template = { readonly fixed: Wildcard } | { readonly tokens: readonly TemplateToken[] }

// A name holds no `}`; the default, if there is one, is quoted and may.
const variableSyntax = /\$\{([*?$])\}|\$\{\s*([^{},'\s]+)\s*(?:,\s*'([^']*)'\s*)?\}/gu

const textToken = (text: string): PatternToken => ({ kind: 'text', text })

function plainTokens(source: string, wildcards: boolean): PatternToken[] {
  if (source === '') return []
  return wildcards ? wildcardTokens(source) : [textToken(source)]
}

function templateTokens(source: string, wildcards: boolean): TemplateToken[] {
  const tokens: TemplateToken[] = []
  let from = 0
  for (const match of source.matchAll(variableSyntax)) {
    tokens.push(...plainTokens(source.slice(from, match.index), wildcards))
    const [whole, escaped, key, fallback] = match
    tokens.push(escaped === undefined ? { kind: 'variable', key: key!, fallback } : textToken(escaped))
    from = match.index + whole.length
  }
  tokens.push(...plainTokens(source.slice(from), wildcards))
  return tokens
}

/**
 * Reads `${aws:username}`, `${aws:PrincipalTag/team, 'none'}` and the escapes `${*}`, `${?}`, `${$}`. Only documents of
 * version 2012-10-17 have variables; in older ones the same characters stand for themselves. With `wildcards` false,
 * `*` and `?` stand for themselves too (StringEquals).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function compileTemplate(source: string, version: PolicyVersion | undefined, wildcards: boolean): Template {
  if (version !== '2012-10-17') return { fixed: compileWildcard(plainTokens(source, wildcards)) }
  const tokens = templateTokens(source, wildcards)
  const fixed = tokens.filter((token) => token.kind !== 'variable')
  return fixed.length === tokens.length ? { fixed: compileWildcard(fixed) } : { tokens }
}

/**
 * The pattern for one request, or `undefined` when a variable has no value and no default: such a string matches
 * nothing. A key with several values cannot be a variable. What a variable brings in is text, never a wildcard.
 */
export function resolveTemplate(template: Template, lookup: KeyLookup): Wildcard | undefined {
  if ('fixed' in template) return template.fixed
  const tokens: PatternToken[] = []
  for (const token of template.tokens) {
    if (token.kind !== 'variable') {
      tokens.push(token)
      continue
    }
    const values = lookup(token.key)
    const value = values.length === 1 ? values[0] : values.length === 0 ? token.fallback : undefined
    if (value === undefined) return undefined
    tokens.push(textToken(value))
  }
  return compileWildcard(tokens)
}

/** True if the template, with this request's values, covers the whole of `text`. */
export function matchesTemplate(template: Template, text: string, lookup: KeyLookup): boolean {
  const pattern = resolveTemplate(template, lookup)
  return pattern !== undefined && matchesWildcard(pattern, text)
}
