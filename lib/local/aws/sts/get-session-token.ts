import { AwsError, validationError } from '../core/errors.ts'
import { freshId } from '../core/ids.ts'
import { optionalNumber } from '../core/input.ts'
import type { Operation } from '../core/operation.ts'
import { issueCredentials, wholeSecond } from './issue.ts'

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html */
export const getSessionToken: Operation = {
  readOnly: true,
  access: 'always',
  run: ({ caller, input, now, world }) => {
    if (caller.kind !== 'user' || caller.session) {
      throw new AwsError('AccessDenied', 'Cannot call GetSessionToken with session credentials', 403)
    }
    const seconds = optionalNumber(input, 'DurationSeconds') ?? 43_200
    if (seconds < 900 || seconds > 129_600) {
      throw validationError('durationSeconds', String(seconds), 'Member must have value between 900 and 129600')
    }
    const { credentials, trailCredentials } = issueCredentials(world, {
      accessKeyId: freshId('ASIA'),
      kind: 'user',
      accountId: caller.accountId,
      issuerArn: caller.arn,
      issuerId: caller.userId,
      issuerName: caller.userName,
      sessionName: caller.userName,
      tags: {},
      transitiveTagKeys: [],
      policyArns: [],
      issuedAt: wholeSecond(now),
      expiresAt: wholeSecond(now) + seconds * 1000,
      chained: false,
      mfa: input.SerialNumber !== undefined,
    })
    return { output: { Credentials: credentials }, trail: { responseElements: { credentials: trailCredentials } } }
  },
}
