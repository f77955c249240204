import { expect, test } from 'vitest'
import { awsFailure } from './aws-failure.ts'

const thrown = (name: string, httpStatusCode?: number) => Object.assign(new Error('the text of AWS'), { name, ...(httpStatusCode ? { $metadata: { httpStatusCode } } : {}) })

test.each([
  ['AccessDenied', 403, { code: 'access_denied', retryable: false, message: 'the text of AWS' }],
  ['Throttling', 400, { code: 'throttled', retryable: true }],
  ['RequestThrottledException', 400, { code: 'throttled', retryable: true }],
  ['NoSuchEntity', 404, { code: 'not_found', retryable: false }],
  ['SyntaxError', undefined, { code: 'unavailable', retryable: true }],
  ['TimeoutError', undefined, { code: 'unavailable', retryable: true }],
  ['InternalFailure', 500, { code: 'unavailable', retryable: true }],
  ['NeverHeardOf', 400, { code: 'unknown', retryable: false, message: 'AWS answered something unexpected.' }],
  // Names are keys of nothing but the table.
  ['constructor', 400, { code: 'unknown', message: 'AWS answered something unexpected.' }],
  ['__proto__', 400, { code: 'unknown', message: 'AWS answered something unexpected.' }],
])('%s with status %s', (name, status, failure) => {
  expect(awsFailure(thrown(name, status))).toMatchObject({ ok: false, awsCode: name, ...failure })
})

test('a portal without credentials is not an AWS that is away', () => {
  expect(awsFailure(thrown('CredentialsProviderError'))).toMatchObject({ code: 'access_denied', retryable: false, message: 'The portal has no AWS credentials of its own.' })
})
