import type { PolicyDocument } from './document.ts'

/**
 * The most characters AWS takes, by use. Whitespace does not count, except in session policies. `inlineRoleTotal` is
 * the sum of all inline policies of one role; `trust` is the default quota.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const policySizeLimits = {
  identity: 6144,
  boundary: 6144,
  session: 2048,
  trust: 2048,
  resource: 20_480,
  inlineRoleTotal: 10_240,
} as const

/** The document's length in characters, written as compact JSON: what counts against {@link policySizeLimits}. */
export function policySizeChars(document: PolicyDocument): number {
  return JSON.stringify(document).length
}
