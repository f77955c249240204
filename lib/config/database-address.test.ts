import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readDatabaseAddress } from './database-address.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-address-'))
afterAll(() => rmSync(folder, { recursive: true }))
const authority = path.join(folder, 'ca.pem')
writeFileSync(authority, '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n')
const base = 'postgresql://u:p%40ss@db.example/latchkey'

test.each<[string, string]>([
  [base, base],
  [`${base}?sslmode=disable`, `${base}?sslmode=disable`],
  [`${base}?sslmode=verify-full`, `${base}?sslmode=verify-full`],
  [`${base}?sslmode=require`, `${base}?sslmode=verify-full`],
  [`${base}?sslmode=require&sslrootcert=${authority}`, `${base}?sslmode=verify-full&sslrootcert=${encodeURIComponent(authority)}`],
])('%s is opened as %s', (text, url) => {
  expect(readDatabaseAddress(text)).toEqual({ ok: true, url })
})

test.each<[string, RegExp]>([
  ['mysql://x', /must start with postgresql/],
  ['postgresql://[', /must start with postgresql/],
  [`${base}?sslmode=prefer`, /has sslmode=prefer; use verify-full/],
  [`${base}?sslmode=no-verify`, /has sslmode=no-verify/],
  [`${base}?sslrootcert=${authority}`, /does not ask for TLS/],
  [`${base}?sslmode=verify-full&sslrootcert=/nowhere.pem`, /\/nowhere\.pem, which cannot be read/],
])('%s is refused with a sentence', (text, sentence) => {
  const read = readDatabaseAddress(text)
  expect(read).toMatchObject({ ok: false, problem: expect.stringMatching(sentence) as string })
  expect(JSON.stringify(read)).not.toContain('p%40ss')
})
