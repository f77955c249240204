import { expect, test } from 'vitest'
import { keepRecent } from './keep-recent.ts'

test('the same key has the same value, and of many keys those used last are kept', () => {
  const dropped: string[] = []
  let made = 0
  const get = keepRecent(2, (key) => `${key}${(made += 1)}`, (value) => void dropped.push(value))
  expect([get('a'), get('b'), get('a'), get('c')]).toEqual(['a1', 'b2', 'a1', 'c3'])
  expect(dropped).toEqual(['b2'])
  expect([get('b'), get('c'), get('a')]).toEqual(['b4', 'c3', 'a5'])
  expect(dropped).toEqual(['b2', 'a1', 'b4'])
})
