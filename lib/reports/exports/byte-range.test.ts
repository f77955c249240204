import { expect, test } from 'vitest'
import { byteRange } from './byte-range.ts'

test.each<[string | null, ReturnType<typeof byteRange>]>([
  [null, null],
  ['bytes=0-0', { first: 0n, last: 0n }],
  ['bytes=10-', { first: 10n, last: 99n }],
  ['bytes=10-19', { first: 10n, last: 19n }],
  ['bytes=90-1000', { first: 90n, last: 99n }],
  ['bytes=-10', { first: 90n, last: 99n }],
  ['bytes=-1000', { first: 0n, last: 99n }],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=100-', 'unsatisfiable'],
  ['bytes=20-10', null],
  ['bytes=0-1,5-6', null],
  ['bytes=-', null],
  ['rows=0-1', null],
  ['bytes=a-b', null],
])('%s of a hundred bytes', (header, range) => {
  expect(byteRange(header, 100n)).toEqual(range)
})
