import { expect, it } from 'vitest'
import { decideNextPoll, trailPace } from './trail-pace.ts'

const now = new Date('2026-11-22T12:00:00Z')
const ago = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000)

it.each([
  ['just opened', { lastFoundAt: null, stirredAt: ago(1), pages: 1 }, 10],
  ['quiet for long', { lastFoundAt: null, stirredAt: ago(15), pages: 1 }, 60],
  ['opened long ago, events now', { lastFoundAt: ago(14), stirredAt: ago(200), pages: 1 }, 10],
  ['events long ago, credentials now', { lastFoundAt: ago(60), stirredAt: ago(0), pages: 1 }, 10],
  ['a question of many pages costs its share', { lastFoundAt: ago(0), stirredAt: ago(0), pages: 40 }, 80],
  ['a question of few pages does not', { lastFoundAt: ago(0), stirredAt: ago(0), pages: 3 }, 10],
  ['far, just opened: nothing says that it happens there', { lastFoundAt: null, stirredAt: ago(1), pages: 1, far: true }, 600],
  ['far, events there now', { lastFoundAt: ago(1), stirredAt: ago(90), pages: 1, far: true }, 10],
  ['far, events there long ago', { lastFoundAt: ago(15), stirredAt: ago(1), pages: 1, far: true }, 600],
])('%s: asked again as soon as that warrants', (_, facts, seconds) => {
  expect((decideNextPoll({ far: false, ...facts }, trailPace, now).getTime() - now.getTime()) / 1_000).toBe(seconds)
})
