import { expect, test } from 'vitest'
import { type AssignmentStep, decideAssignmentStep, mayLiveUntil, nextPoll, nextTry } from './decide-assignment-step.ts'

const now = new Date('2026-11-22T10:00:00Z')
const states = ['absent', 'creating', 'present', 'removing'] as const
type State = (typeof states)[number]

test.each<[State, boolean, AssignmentStep, AssignmentStep]>([
  // state, foreign, step while a grant needs it, step when none does
  ['absent', false, 'look', 'rest'],
  ['creating', false, 'create', 'undo'],
  ['present', false, 'rest', 'undo'],
  ['present', true, 'rest', 'rest'],
  ['removing', false, 'begin', 'remove'],
])('an assignment that is %s (somebody else\'s: %s) leads to %s while it is needed, to %s when not', (state, foreign, needed, not) => {
  expect(decideAssignmentStep({ state, foreign, requestId: null }, true)).toBe(needed)
  expect(decideAssignmentStep({ state, foreign, requestId: null }, false)).toBe(not)
})

test.each(states)('an operation under way is seen to its end before anything else (%s)', (state) => {
  for (const wanted of [true, false]) expect(decideAssignmentStep({ state, foreign: false, requestId: 'r-1' }, wanted)).toBe('poll')
})

test('from every state the steps lead to what is needed, or to nothing in AWS, without ever going in a circle', () => {
  const does: Record<Exclude<AssignmentStep, 'poll' | 'rest'>, State> = { look: 'creating', begin: 'creating', create: 'present', undo: 'removing', remove: 'absent' }
  for (const from of states) {
    for (const wanted of [true, false]) {
      let state: State = from
      let steps = 0
      for (let step = decideAssignmentStep({ state, foreign: false, requestId: null }, wanted); step !== 'rest' && step !== 'poll'; step = decideAssignmentStep({ state, foreign: false, requestId: null }, wanted)) {
        state = does[step]
        steps += 1
        expect(steps).toBeLessThan(5)
      }
      expect(state).toBe(wanted ? 'present' : 'absent')
    }
  }
})

test('pauses grow from a second to five minutes, looks at an operation to five seconds', () => {
  const pause = (at: Date) => (at.getTime() - now.getTime()) / 1_000
  expect([0, 1, 5, 50].map((attempts) => pause(nextTry(attempts, now)))).toEqual([1, 2, 32, 300])
  expect([0, 2, 50].map((attempts) => pause(nextPoll(attempts, now)))).toEqual([1, 3, 5])
})

test('credentials may live a whole session after the assignment is gone', () => {
  expect(mayLiveUntil(now, 60)).toEqual(new Date('2026-11-22T11:00:00Z'))
})
