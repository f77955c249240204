import { expect, test } from 'vitest'
import { assignmentFactsOf } from './assignment-facts.ts'

const at = (minute: number): Date => new Date(Date.UTC(2026, 4, 1, 10, minute))
const view = (changes: object = {}, assignment: object = {}) =>
  ({ grantId: 'g', assignmentId: 'a', openedAt: at(0), releasedAt: at(10), closedAt: null, lastSessionDiesAt: null, sharedWithId: null, sharedWith: null, assignment: { permissionSetName: 'Reader', sessionMinutes: 480, state: 'removing' as const, failureMessage: null, ...assignment }, ...changes })

test('nothing has ended while the grant needs its assignment', () => {
  expect(assignmentFactsOf(view({ releasedAt: null }), at(5))).toBeNull()
})

test('removal and death of credentials are two facts, and neither is said before AWS confirmed it', () => {
  expect(assignmentFactsOf(view(), at(11))).toMatchObject([{ label: 'Removal asked', open: true }, { label: 'Issued credentials', at: null, open: true }])
  expect(assignmentFactsOf(view({}, { failureMessage: 'The group is gone.' }), at(11))?.[0]?.how).toContain('AWS has not removed it: The group is gone.')
  const closed = { closedAt: at(12), lastSessionDiesAt: new Date(at(12).getTime() + 480 * 60_000) }
  expect(assignmentFactsOf(view(closed), at(13))).toMatchObject([{ label: 'Assignment removed', at: at(12).toISOString(), open: false }, { label: 'Issued credentials dead by', open: true }])
  expect(assignmentFactsOf(view(closed), new Date(at(12).getTime() + 480 * 60_000))?.[1]).toMatchObject({ label: 'Issued credentials dead since', open: false })
})

test('an assignment that another grant goes on needing is said to stay', () => {
  expect(assignmentFactsOf(view({ closedAt: at(10), sharedWith: { code: 'G-2' } }), at(11))).toMatchObject([{ label: 'Not removed', how: expect.stringContaining('G-2') }])
})

test('an assignment that AWS never made has not ended', () => {
  expect(assignmentFactsOf(view({ openedAt: null, closedAt: at(12), lastSessionDiesAt: at(12) }), at(13))).toBeNull()
})
