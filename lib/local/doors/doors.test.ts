import { readFileSync, globSync } from 'node:fs'
import { expect, test } from 'vitest'
import { actionDoors, shutActions } from './action-doors.ts'
import { pageDoors, routeDoors } from './address-doors.ts'
import { answerFor } from './callers.ts'
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

/** What an auditor may press: their own sign-in, notices, views and files, and the auditor's instruments. None of it changes anybody's access. */
const auditorsOwn = ['verifyRecordAction', 'placeHoldAction', 'releaseHoldAction', 'openReviewAction', 'closeReviewAction', 'saveViewAction', 'exportReportAction', 'exportEvidenceAction', 'choosePeopleAction', 'delegateAction', 'markReadAction', 'savePreferenceAction', 'signInAction', 'confirmAction', 'signOutAction']
const refusals = /^(not_|no_|own_|refused)/

test('an auditor can change nothing of anybody else: every other action refuses them', () => {
  const allowed = Object.entries(actionDoors).filter(([, door]) => !refusals.test(answerFor(door.foreign, 'auditor', shutActions))).map(([name]) => name)
  expect(allowed.filter((name) => !auditorsOwn.includes(name))).toEqual([])
})
