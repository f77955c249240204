import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scrub } from './scrub.ts'

const base64 = (bytes: number): string => randomBytes(bytes).toString('base64')
const jwt = ['{"alg":"RS256","kid":"a"}', '{"sub":"maya","iss":"https://idp.example"}', base64(32)].map((part) => Buffer.from(part).toString('base64url')).join('.')

test.each<[string, string, string]>([
  ['a secret access key', 'AssumeRole gave wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY back', 'wJalrXUtnFEMI'],
  ['a secret access key in JSON', '{"SecretAccessKey":"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}', 'wJalrXUtnFEMI'],
  ['a session token', `AWS_SESSION_TOKEN=${'wJal/rXU+t'.repeat(40)}`, 'wJal/rXU'],
  ['a session token by itself', `was IQoJb3JpZ2luX2Vj${'aB3/'.repeat(60)} there`, 'IQoJ'],
  ['a JWT', `the provider said ${jwt} is old`, jwt.slice(0, 20)],
  ['a bearer token', 'Authorization: Bearer abcdef0123456789', 'abcdef0123456789'],
  ['basic authentication', 'authorization: Basic bGF0Y2hrZXk6c2VjcmV0', 'bGF0Y2hrZXk6'],
  ['a cookie', 'request had Cookie: __Host-latchkey=abc; other=def', 'abc'],
  ['a cookie that is set', 'set-cookie: next-auth.session-token=abc.def; Path=/', 'abc.def'],
  ['a password in an address', 'cannot reach postgresql://latchkey:p4ss@db.example:5432/latchkey', 'p4ss'],
  ['a password with signs in an address', 'postgresql://u:a%40b:c@db.example/x', 'a%40b'],
  ['a client secret in a form', 'client_id=latchkey&client_secret=correct-horse&grant_type=refresh_token', 'correct-horse'],
  ['a refresh token in a form', 'refresh_token=0123456789abcdef&x=1', '0123456789abcdef'],
  ['a private key', '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEI\n-----END PRIVATE KEY-----', 'MC4CAQ'],
  ['half a private key', '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE', 'MHcCAQEE'],
  ['an e-mail address', 'nobody is maya.chen+x@northwind.example here', 'maya.chen'],
])('%s is removed', (_name, text, secret) => {
  expect(text).toContain(secret)
  expect(scrub(text)).not.toContain(secret)
  expect(scrub(text)).toMatch(/\[(removed|address)\]/)
})

test.each([
  'ASIAQX3EXAMPLE7KEYID and AKIAIOSFODNN7EXAMPLE are ids',
  'arn:aws:sts::301122334455:assumed-role/latchkey/payments/maya.chen-G7K2',
  'Event 5f1d7a43-8f8b-4f5e-9a4e-0d5f5d3f2a10 of 301122334455 is unreadable: no eventTime',
  'commit 95ecc41d6a7c1b0f7656495b4f7790e11f97cd66 and digest da39a3ee5e6b4b0d3255bfef95601890afd80709',
  'at startProcess (file:///app/app/_server/start-process.ts:24:11)',
  'password authentication failed for user "latchkey"',
  'connect ECONNREFUSED 127.0.0.1:5432 https://idp.example/token',
  'The database is not ready for this version: 20261122000000_init pending.',
])('%s stays as it is', (text) => {
  expect(scrub(text)).toBe(text)
})

test('whatever stands around a token, a key or a password, it goes, and a second time changes nothing', () => {
  const around = fc.string({ unit: fc.constantFrom('a', 'Z', '0', ' ', '.', ',', '"', "'", '\n', '{', '}', ':', '(', '💥') })
  const secret = fc.constantFrom(jwt, `Bearer ${base64(24)}`, `https://u:${base64(12).replaceAll('/', '_')}@db.example/`, `sessionToken: ${base64(400)}`)
  fc.assert(
    fc.property(around, secret, around, (before, value, after) => {
      const once = scrub(`${before} ${value} ${after}`)
      const core = /[\w+/=.-]{12,}/.exec(value.replace(/^(Bearer |https:\/\/u:|sessionToken: )/, ''))?.[0] ?? value
      expect(once).not.toContain(core)
      expect(scrub(once)).toBe(once)
    }),
  )
})
