export type AwsFailureCode = 'access_denied' | 'not_found' | 'invalid' | 'conflict' | 'throttled' | 'unavailable' | 'unknown'

/** A call to AWS that did not succeed, in the product's own terms. `retryable` says whether trying again may help. */
export type AwsFailure = { ok: false; code: AwsFailureCode; awsCode: string; message: string; retryable: boolean }
export type AwsResult<Value> = ({ ok: true } & Value) | AwsFailure

const codes = new Map<string, AwsFailureCode>(Object.entries({
  AccessDenied: 'access_denied',
  AccessDeniedException: 'access_denied',
  UnauthorizedOperation: 'access_denied',
  InvalidClientTokenId: 'access_denied',
  UnrecognizedClientException: 'access_denied',
  ExpiredToken: 'access_denied',
  ExpiredTokenException: 'access_denied',
  SignatureDoesNotMatch: 'access_denied',
  AuthFailure: 'access_denied',
  InvalidAccessKeyId: 'access_denied',
  NoSuchEntity: 'not_found',
  NoSuchEntityException: 'not_found',
  ResourceNotFoundException: 'not_found',
  TrailNotFoundException: 'not_found',
  NoSuchKey: 'not_found',
  NoSuchBucket: 'not_found',
  QueueDoesNotExist: 'not_found',
  MalformedPolicyDocument: 'invalid',
  MalformedPolicyDocumentException: 'invalid',
  PackedPolicyTooLarge: 'invalid',
  PackedPolicyTooLargeException: 'invalid',
  ValidationError: 'invalid',
  ValidationException: 'invalid',
  RegionDisabledException: 'invalid',
  NotManaged: 'invalid',
  PermanentRedirect: 'invalid',
  InvalidObjectState: 'invalid',
  ReceiptHandleIsInvalid: 'invalid',
  MessageNotInflight: 'invalid',
  InvalidParameterValue: 'invalid',
  LimitExceeded: 'invalid',
  LimitExceededException: 'invalid',
  ConflictException: 'conflict',
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  RequestLimitExceeded: 'throttled',
  TooManyRequestsException: 'throttled',
  RequestThrottled: 'throttled',
  RequestThrottledException: 'throttled',
  SlowDown: 'throttled',
}))

/** The SDK found no credentials to sign with: nothing was asked, and asking again does not help. Its text names files and addresses. */
const noCredentials = new Set(['CredentialsProviderError', 'TokenProviderError'])

const sentences: Record<Exclude<AwsFailureCode, 'access_denied' | 'invalid'>, string> = {
  not_found: 'AWS does not know this resource.',
  conflict: 'AWS is still busy with the opposite; the call is tried again.',
  throttled: 'AWS is throttling this account; the call is tried again.',
  unavailable: 'AWS did not answer in time.',
  unknown: 'AWS answered something unexpected.',
}

/**
 * Maps whatever an SDK threw to one of the product's failures. An endpoint that answers HTML, half a body or nothing
 * surfaces in SDKs as a SyntaxError, a TypeError or a socket error: all of them are `unavailable`. AWS's own text is
 * kept only where AWS meant it for the caller, never an unknown body.
 */
export function awsFailure(error: unknown): AwsFailure {
  const { name, message, status, cause } = facts(error)
  // The provider of a role's credentials asked STS and got something without credentials in it.
  const nonsense = name === 'CredentialsProviderError' && message.startsWith('Invalid response from STS')
  if (noCredentials.has(name) && !nonsense) return { ok: false, code: 'access_denied', awsCode: name, message: 'The portal has no AWS credentials of its own.', retryable: false }
  const known = codes.get(name)
  if (known) {
    const text = known === 'access_denied' || known === 'invalid' ? message : sentences[known]
    return { ok: false, code: known, awsCode: name, message: text, retryable: known === 'throttled' || known === 'conflict' }
  }
  const unreachable = nonsense || status === undefined || status >= 500 || name === 'SyntaxError' || name === 'TimeoutError' || cause !== undefined
  const code = unreachable ? 'unavailable' : 'unknown'
  return { ok: false, code, awsCode: name, message: sentences[code], retryable: unreachable }
}

/** A failure that the portal finds itself, in what AWS answered or before it asked. */
export const ownFailure = (code: AwsFailureCode, awsCode: string, message: string): AwsFailure => ({ ok: false, code, awsCode, message, retryable: code === 'throttled' })

function facts(error: unknown): { name: string; message: string; status: number | undefined; cause: unknown } {
  if (!(error instanceof Error)) return { name: 'Unknown', message: 'Unknown failure.', status: undefined, cause: undefined }
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } }
  return { name: error.name, message: error.message, status: $metadata?.httpStatusCode, cause: error.cause }
}
