import { parsePolicy } from '#lib/iam/parse-policy.ts'
import { AwsError, limitExceeded, malformedPolicy } from './errors.ts'

type Kind = Parameters<typeof parsePolicy>[1]

/** The text as it was sent, once it is known to be a policy AWS would take. */
export function checkedPolicy(text: string, kind: Kind, maxChars?: number): string {
  const parsed = parsePolicy(text, kind, maxChars)
  if (parsed.ok) return text
  switch (parsed.code) {
    case 'MalformedPolicyDocument':
      throw malformedPolicy(parsed.message)
    case 'LimitExceeded':
      throw limitExceeded(parsed.message)
    case 'PackedPolicyTooLarge':
      throw new AwsError('PackedPolicyTooLarge', parsed.message, 400, 'PackedPolicyTooLargeException')
  }
}

/** Whitespace does not count against IAM's limits. */
export const compactLength = (text: string): number => JSON.stringify(JSON.parse(text)).length
