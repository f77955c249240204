import { userIdOf } from '../core/caller.ts'
import type { Operation } from '../core/operation.ts'

/**
 * Needs no permission and succeeds against an explicit deny, so it proves nothing about a revocation.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export const getCallerIdentity: Operation = {
  readOnly: true,
  access: 'always',
  run: ({ caller }) => ({ output: { Arn: caller.arn, UserId: userIdOf(caller), Account: caller.accountId } }),
}
