import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import {
  formatCredentialProcess, formatPosix, formatPowerShell, formatProfileFile, profileName, quotePosix, quotePowerShell, type RevealedLease,
} from './credential-formats.ts'

const lease: RevealedLease = {
  accessKeyId: 'ASIAEXAMPLEEXAMPLE00',
  secretAccessKey: 'abc/def+ghi=',
  sessionToken: 'FwoGZXIvYXdzEXAMPLE//==',
  expiresAt: '2026-11-22T13:00:00.000Z',
  region: 'eu-central-1',
  accountId: '123456789012',
  sessionName: 'lk-1',
}
const hostile = ["it's", '$HOME `id` "x" \\', '$(touch /tmp/x)', "a'; rm -rf /; '", 'two\nlines', '‘curly’', '!history']

test('a POSIX shell reads back exactly what was quoted', () => {
  for (const value of hostile) {
    expect(execFileSync('/bin/sh', ['-c', `printf %s ${quotePosix(value)}`], { encoding: 'utf8' })).toBe(value)
  }
})

test('the exports set the environment', () => {
  const seen = execFileSync('/bin/sh', ['-c', `${formatPosix({ ...lease, secretAccessKey: "a'b$c" })}\nprintf '%s|%s' "$AWS_SECRET_ACCESS_KEY" "$AWS_REGION"`], { encoding: 'utf8' })
  expect(seen).toBe("a'b$c|eu-central-1")
})

test('PowerShell strings end at no quote of any kind inside, and nothing in them is expanded', () => {
  expect(quotePowerShell("it's")).toBe("'it''s'")
  expect(quotePowerShell('a‘b’c‚d‛e')).toBe("'a‘‘b’’c‚‚d‛‛e'")
  expect(quotePowerShell('$env:PATH `n "x"')).toBe(`'$env:PATH \`n "x"'`)
  expect(formatPowerShell(lease).split('\n')[1]).toBe("$env:AWS_SECRET_ACCESS_KEY = 'abc/def+ghi='")
})

test('a profile file cannot be given lines of its own', () => {
  expect(formatProfileFile(lease, 'Orders DB] (prod)').split('\n')[0]).toBe('[Orders-DB-prod]')
  expect(profileName(']]')).toBe('latchkey')
  expect(() => formatProfileFile({ ...lease, region: 'x\n[default]' }, 'p')).toThrow('cannot be written')
})

test('credential_process output is version 1 JSON with an expiration in seconds', () => {
  expect(JSON.parse(formatCredentialProcess(lease))).toEqual({
    Version: 1,
    AccessKeyId: lease.accessKeyId,
    SecretAccessKey: lease.secretAccessKey,
    SessionToken: lease.sessionToken,
    Expiration: '2026-11-22T13:00:00Z',
  })
})
