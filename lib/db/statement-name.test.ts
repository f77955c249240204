import { expect, test } from 'vitest'
import { plannedForValues, statementName } from './statement-name.ts'

test('equal texts share a name, different texts never do, and a name fits PostgreSQL’s 63 bytes', () => {
  const one = statementName('SELECT 1')
  expect(statementName('SELECT 1')).toBe(one)
  expect(statementName('SELECT 2')).not.toBe(one)
  expect(Buffer.byteLength(one ?? '')).toBeLessThan(64)
})

test('a search is planned for what is searched for', () => {
  for (const sql of ['SELECT 1 WHERE a ILIKE $1', 'SELECT 1 WHERE a LIKE $1', 'SELECT 1 WHERE a && $1', `${plannedForValues} SELECT 1`]) expect(statementName(sql)).toBeUndefined()
})

test('texts without end do not fill a connection: after the first few hundred they get no name, and known ones keep theirs', () => {
  const known = statementName('SELECT 1')
  const later = Array.from({ length: 1_000 }, (_, length) => statementName(`SELECT ${'?,'.repeat(length)}`))
  expect(new Set(later.filter(Boolean)).size).toBeLessThan(300)
  expect(later.at(-1)).toBeUndefined()
  expect(statementName('SELECT 1')).toBe(known)
})
