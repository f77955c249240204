import { readFileSync, globSync } from 'node:fs'
import { expect, test } from 'vitest'
import { actionDoors } from './action-doors.ts'
import { pageDoors, routeDoors } from './address-doors.ts'
import { sourceInventory } from './inventory.ts'

test('every server action, route and page of the source has a row that says how it is called and what each role is answered', () => {
  const source = sourceInventory()
  expect(source.actions.length).toBeGreaterThan(8)
  expect({ actions: Object.keys(actionDoors).toSorted(), routes: Object.keys(routeDoors).toSorted(), pages: Object.keys(pageDoors).toSorted() }).toEqual(source)
})

test('a page that reads parameters of its address names them in its row, and no other does', () => {
  for (const file of globSync('app/**/page.tsx')) {
    const page = file.replace(/^app/, '').replace(/\/page\.tsx$/, '').replace(/\/\([^)]*\)/g, '') || '/'
    expect(`${page} ${pageDoors[page]?.query !== undefined}`).toBe(`${page} ${/\bsearchParams\b/.test(readFileSync(file, 'utf8'))}`)
    expect(`${page} ${pageDoors[page]?.params !== undefined}`).toBe(`${page} ${page.includes('[')}`)
  }
})
