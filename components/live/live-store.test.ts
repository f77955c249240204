import { expect, test } from 'vitest'
import { parseLiveEvent, reconnectDelayMs } from './live-store.ts'

test('only well-formed events count', () => {
  expect(parseLiveEvent('{"topic":"requests","ids":["a",1],"announce":"One more"}')).toEqual({ topic: 'requests', ids: ['a'], announce: 'One more' })
  expect(parseLiveEvent('{"topic":"grants"}')).toEqual({ topic: 'grants', ids: [] })
  expect(['', 'null', '{}', '{"topic":3}', '[1'].map(parseLiveEvent)).toEqual([null, null, null, null, null])
})

test('reconnecting slows down, to half a minute at most', () => {
  expect([0, 1, 2, 9].map(reconnectDelayMs)).toEqual([1000, 2000, 4000, 30_000])
})
