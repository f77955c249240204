import { AwsError } from './errors.ts'

/** Services differ in how they word the same refusal. */
export type Family = 'query' | 'json' | 'ec2' | 's3'

export type AuthenticationProblem = 'missing' | 'malformed' | 'unknown-key' | 'bad-token' | 'expired' | 'signature' | 'skewed'

type Answer = readonly [code: string, status: number, message: string]

const invalidToken = 'The security token included in the request is invalid.'
const mismatch =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'
const ec2Refusal = 'AWS was not able to validate the provided access credentials'

/**
 * https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/CommonErrors.html
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
const answers: Record<Family, Record<AuthenticationProblem, Answer>> = {
  query: {
    missing: ['MissingAuthenticationToken', 403, 'Request is missing Authentication Token'],
    malformed: ['IncompleteSignature', 400, 'Authorization header or query string is not a valid AWS4-HMAC-SHA256 signature.'],
    'unknown-key': ['InvalidClientTokenId', 403, invalidToken],
    'bad-token': ['InvalidClientTokenId', 403, invalidToken],
    expired: ['ExpiredToken', 403, 'The security token included in the request is expired'],
    signature: ['SignatureDoesNotMatch', 403, mismatch],
    skewed: ['SignatureDoesNotMatch', 403, ''],
  },
  json: {
    missing: ['MissingAuthenticationTokenException', 400, 'Missing Authentication Token'],
    malformed: ['IncompleteSignatureException', 400, 'Authorization header is not a valid AWS4-HMAC-SHA256 signature.'],
    'unknown-key': ['UnrecognizedClientException', 400, invalidToken],
    'bad-token': ['UnrecognizedClientException', 400, invalidToken],
    expired: ['ExpiredTokenException', 400, 'The security token included in the request is expired'],
    signature: ['InvalidSignatureException', 400, mismatch],
    skewed: ['InvalidSignatureException', 400, ''],
  },
  ec2: {
    missing: ['MissingParameter', 400, 'The request must contain the parameter AWSAccessKeyId'],
    malformed: ['IncompleteSignature', 400, 'The request signature does not conform to AWS standards.'],
    'unknown-key': ['AuthFailure', 401, ec2Refusal],
    'bad-token': ['AuthFailure', 401, ec2Refusal],
    expired: ['RequestExpired', 400, 'Request has expired.'],
    signature: ['AuthFailure', 401, ec2Refusal],
    skewed: ['RequestExpired', 400, 'Request has expired.'],
  },
  s3: {
    missing: ['AccessDenied', 403, 'Access Denied'],
    malformed: ['AuthorizationHeaderMalformed', 400, 'The authorization header is malformed.'],
    'unknown-key': ['InvalidAccessKeyId', 403, 'The AWS Access Key Id you provided does not exist in our records.'],
    'bad-token': ['InvalidToken', 400, 'The provided token is malformed or otherwise invalid.'],
    expired: ['ExpiredToken', 400, 'The provided token has expired.'],
    signature: ['SignatureDoesNotMatch', 403, 'The request signature we calculated does not match the signature you provided. Check your key and signing method.'],
    skewed: ['RequestTimeTooSkewed', 403, 'The difference between the request time and the current time is too large.'],
  },
}

export function authenticationError(family: Family, problem: AuthenticationProblem, detail?: string): AwsError {
  const [code, status, message] = answers[family][problem]
  return new AwsError(code, message === '' ? (detail ?? code) : message, status)
}
