import { expect, test } from 'vitest'
import { decideForgetting, type ForgettingFacts } from './decide-forgetting.ts'

const person = { name: 'Maya', own: false, switchedOff: true, forgotten: false }
const fine: ForgettingFacts = { admin: true, person, accessLeft: 0, held: false, reason: 'She asked for it.' }

test('somebody who is gone, and whom nobody needs, may be forgotten', () => {
  expect(decideForgetting(fine)).toEqual({ ok: true, reason: 'She asked for it.' })
})

test.each<[string, Partial<ForgettingFacts>]>([
  ['not_allowed', { admin: false }],
  ['not_found', { person: null }],
  ['own_person', { person: { ...person, own: true } }],
  ['forgotten', { person: { ...person, forgotten: true } }],
  ['not_switched_off', { person: { ...person, switchedOff: false } }],
  ['access_left', { accessLeft: 1 }],
  ['held', { held: true }],
  ['reason_missing', { reason: '  ' }],
])('%s refuses whatever else is right', (code, facts) => {
  expect(decideForgetting({ ...fine, ...facts })).toMatchObject({ ok: false, code })
})
