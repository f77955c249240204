import { expect, test } from 'vitest'
import { groupAccountId, lastFour, shortenArn, shortenMiddle } from './shorten.ts'

test('long identifiers keep both ends, short ones stay whole', () => {
  expect(shortenMiddle('req_01hf7yat3mk2p9')).toBe('req_01…k2p9')
  expect(shortenMiddle('req_12')).toBe('req_12')
})

test('an ARN is shown by its resource', () => {
  expect(shortenArn('arn:aws:iam::123456789012:role/latchkey/ReadOnly')).toBe('role/latchkey/ReadOnly')
  expect(shortenArn('arn:aws:iam::123456789012:role/latchkey/a-very-long-role-name-for-one-purpose').length).toBeLessThanOrEqual(33)
  expect(shortenArn('not-an-arn-but-long-enough')).toBe('not-an…ough')
})

test('accounts', () => {
  expect(lastFour('123456789012')).toBe('9012')
  expect(groupAccountId('123456789012')).toBe('1234 5678 9012')
})
