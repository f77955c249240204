import { expect, test } from 'vitest'
import { assignmentEntryOf } from './assignment-entry.ts'

const endsAt = new Date(Date.UTC(2026, 4, 1, 12))
const access = { kind: 'identity_center' as const, permissionSet: 'Reader', principal: 'user' as const, sessionDurationMinutes: 120 }
const view = (changes: object = {}, assignment: object = {}) =>
  ({ grantId: 'g', assignmentId: 'a', openedAt: endsAt, releasedAt: null, closedAt: null, lastSessionDiesAt: null, sharedWithId: null, sharedWith: null, assignment: { permissionSetName: 'Reader', sessionMinutes: 60, state: 'present' as const, failureMessage: null, ...assignment }, ...changes })
const portal = 'https://d-1.awsapps.com/start'

test('where to sign in, and until when sessions may live, is said of active grants alone', () => {
  expect(assignmentEntryOf({ state: 'active', endsAt }, access, view(), portal)).toMatchObject({ portal: { url: portal }, sessionMinutes: 60, mayLiveUntil: '2026-05-01T13:00:00.000Z', problem: null })
  expect(assignmentEntryOf({ state: 'active', endsAt }, access, view(), undefined).portal).toEqual({ url: null })
  for (const state of ['scheduled', 'activating', 'ending', 'ended', 'failed'] as const) expect(assignmentEntryOf({ state, endsAt }, access, view(), portal)).toMatchObject({ portal: null, mayLiveUntil: null })
})

test('nothing is said to be made or gone before AWS confirmed it, and what AWS says is told', () => {
  const sentence = (state: 'activating' | 'ending', ...is: Parameters<typeof view>) => assignmentEntryOf({ state, endsAt }, access, view(...is), portal).sentence
  expect(sentence('activating')).toContain('before AWS confirms it')
  expect(sentence('activating', {}, { failureMessage: 'Too many requests.' })).toContain('Too many requests. It is tried again.')
  expect(sentence('ending')).toContain('may still be opened')
  expect(sentence('ending', { closedAt: endsAt })).toContain('No session can be opened under this grant any more')
  expect(assignmentEntryOf({ state: 'active', endsAt }, access, view({}, { failureMessage: 'It was removed.' }), portal).problem).toBe('It was removed.')
})
