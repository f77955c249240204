import { asList, type PolicyDocument } from '#lib/iam/document.ts'
import { malformedPolicy } from '../core/errors.ts'
import { requiredText } from '../core/input.ts'
import type { Call } from '../core/operation.ts'
import { checkedPolicy } from '../core/policy-text.ts'

/**
 * A trust policy as sent. AWS looks its principals up when it is saved, and refuses users and roles that do not exist.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html
 */
export function checkedTrust(call: Call, field: string): string {
  const text = checkedPolicy(requiredText(call.input, field), 'trust')
  const document = JSON.parse(text) as PolicyDocument
  for (const statement of asList(document.Statement)) {
    const principals = typeof statement.Principal === 'object' ? asList(statement.Principal.AWS) : []
    const missing = principals.find((principal) => !principalExists(call, principal))
    if (missing !== undefined) throw malformedPolicy(`Invalid principal in policy: "AWS":"${missing}"`)
  }
  return text
}

/** Of accounts outside this organisation nothing is known, so whatever they are said to have is believed. */
function principalExists({ world }: Call, principal: string): boolean {
  const match = /^arn:aws:iam::(\d{12}):(role|user)\/(.+)$/.exec(principal)
  const account = match ? world.state.accounts[match[1]!] : undefined
  if (!match || !account) return true
  const holders = Object.values(match[2] === 'role' ? account.iam.roles : account.iam.users)
  return holders.some((holder) => holder.arn === principal)
}
