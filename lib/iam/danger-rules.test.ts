import { expect, it } from 'vitest'
import { expandActions } from './access-levels.ts'
import { dangerRules } from './danger-rules.ts'

it('names only actions that AWS has, in AWS\'s spelling: a misspelt one would never be found', async () => {
  const known = new Set((await expandActions(['*'])).map(({ action }) => action))
  const misspelt = dangerRules.flatMap(({ needs }) => needs.flat()).filter((action) => !known.has(action))
  expect(misspelt).toEqual([])
})

it('has a code of its own for every rule', () => {
  expect(new Set(dangerRules.map(({ code }) => code)).size).toBe(dangerRules.length)
})
