import { AwsError, validationError } from '../core/errors.ts'
import { objectsOf, optionalNumber, optionalText, requiredText, tagsOf, textsOf, type Input } from '../core/input.ts'
import { checkedPolicy } from '../core/policy-text.ts'

/** What an AssumeRole… call asks for, checked as far as it can be without knowing the role. */
export type SessionRequest = {
  readonly roleArn: string
  readonly sessionName: string
  readonly durationSeconds: number | undefined
  readonly externalId: string | undefined
  readonly sourceIdentity: string | undefined
  readonly tags: Readonly<Record<string, string>>
  readonly transitiveTagKeys: readonly string[]
  readonly policy: string | undefined
  readonly policyArns: readonly string[]
  readonly mfaSerial: string | undefined
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export function readSessionRequest(input: Input): SessionRequest {
  const request = {
    roleArn: requiredText(input, 'RoleArn'),
    sessionName: requiredText(input, 'RoleSessionName'),
    durationSeconds: optionalNumber(input, 'DurationSeconds'),
    externalId: optionalText(input, 'ExternalId'),
    sourceIdentity: optionalText(input, 'SourceIdentity'),
    tags: tagsOf(input),
    transitiveTagKeys: textsOf(input, 'TransitiveTagKeys'),
    policy: optionalText(input, 'Policy'),
    policyArns: objectsOf(input, 'PolicyArns').map((entry) => requiredText(entry, 'arn')),
    mfaSerial: optionalText(input, 'SerialNumber'),
  }
  checkText('roleSessionName', request.sessionName, /^[\w+=,.@-]*$/, 2, 64, String.raw`[\w+=,.@-]*`)
  if (request.sourceIdentity !== undefined) {
    checkText('sourceIdentity', request.sourceIdentity, /^[\w+=,.@-]*$/, 2, 64, String.raw`[\w+=,.@-]*`)
  }
  if (request.externalId !== undefined) {
    checkText('externalId', request.externalId, /^[\w+=,.@:/-]*$/, 2, 1224, String.raw`[\w+=,.@:\/-]*`)
  }
  checkDuration(request.durationSeconds)
  checkTags(request)
  checkPolicies(request)
  return request
}

function checkText(field: string, value: string, pattern: RegExp, min: number, max: number, shown: string): void {
  if (value.length < min) throw validationError(field, value, `Member must have length greater than or equal to ${min}`)
  if (value.length > max) throw validationError(field, value, `Member must have length less than or equal to ${max}`)
  if (!pattern.test(value)) throw validationError(field, value, `Member must satisfy regular expression pattern: ${shown}`)
}

function checkDuration(seconds: number | undefined): void {
  if (seconds === undefined) return
  if (seconds < 900) throw validationError('durationSeconds', String(seconds), 'Member must have value greater than or equal to 900')
  if (seconds > 43_200) throw validationError('durationSeconds', String(seconds), 'Member must have value less than or equal to 43200')
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_know */
function checkTags({ tags, transitiveTagKeys }: SessionRequest): void {
  const keys = Object.keys(tags)
  if (keys.length > 50) throw validationError('tags', null, 'Member must have length less than or equal to 50')
  for (const [key, value] of Object.entries(tags)) {
    checkText('tags.member.key', key, /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u, 1, 128, String.raw`[\p{L}\p{Z}\p{N}_.:/=+\-@]+`)
    checkText('tags.member.value', value, /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u, 0, 256, String.raw`[\p{L}\p{Z}\p{N}_.:/=+\-@]*`)
  }
  const unknown = transitiveTagKeys.find((key) => !keys.includes(key))
  if (unknown !== undefined) {
    throw new AwsError('InvalidParameterValue', 'The specified transitive tag key must be included in the requested tags.')
  }
}

function checkPolicies({ policy, policyArns }: SessionRequest): void {
  if (policy !== undefined) {
    if (policy.length > 2048) throw validationError('policy', policy, 'Member must have length less than or equal to 2048')
    checkedPolicy(policy, 'session')
  }
  if (policyArns.length > 10) throw validationError('policyArns', null, 'Member must have length less than or equal to 10')
}

/**
 * AWS packs policies and tags into a binary of undisclosed format with a limit of its own; `PackedPolicySize` tells how
 * full it is, in percent. This is an estimate from the one real event at hand, where a policy of 1,509 characters took
 * 91 %: a policy that passes here may still be refused by AWS, or the other way round.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
 */
const packedCapacity = 1658

export function packedPolicySize({ policy, policyArns, tags }: SessionRequest): number | undefined {
  if (policy === undefined && policyArns.length === 0 && Object.keys(tags).length === 0) return undefined
  const characters = [policy ?? '', ...policyArns, ...Object.entries(tags).flat()].join('').length
  const percent = Math.floor((characters / packedCapacity) * 100)
  if (percent <= 100) return percent
  throw new AwsError(
    'PackedPolicyTooLarge',
    `Serialized token too large for session: packed policies and tags consume ${percent}% of the allotted space.`,
    400,
    'PackedPolicyTooLargeException',
  )
}
