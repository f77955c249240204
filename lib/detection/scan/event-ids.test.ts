import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { EventIds, eventKeys } from './event-ids.ts'

it('knows every id it was given, whatever its shape, however many', () => {
  const ids = [...Array.from({ length: 20_000 }, () => randomUUID() as string), '1', 'abc', 'x'.repeat(36), '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-00000000000A', `${randomUUID()}x`]
  const seen = new EventIds()
  expect(ids.map((id) => seen.add(id))).toEqual(ids.map((_, place) => place))
  expect(ids.some((id) => seen.add(id) >= 0)).toBe(false)
  expect(ids.map((_, place) => eventKeys([seen.list]).idOf(place))).toEqual(ids)
  expect(seen.size).toBe(ids.length)
})

it('ids that differ in one digit are two', () => {
  const id = '7fadf4bf-4bb5-4579-8651-e4ae621e2ae4'
  const seen = new EventIds()
  seen.add(id)
  const others = Array.from(id).flatMap((digit, at) => (digit === '-' ? [] : [`${id.slice(0, at)}${digit === '0' ? '1' : '0'}${id.slice(at + 1)}`]))
  expect(others.filter((other) => seen.add(other) < 0)).toEqual([])
})

it('what two threads saw is counted once when it comes together', () => {
  const [first, second] = [new EventIds(), new EventIds()]
  const ids = Array.from({ length: 3_000 }, () => randomUUID())
  for (const id of [...ids.slice(0, 2_000), 'odd']) first.add(id)
  for (const id of [...ids.slice(1_000), 'odd', 'other']) second.add(id)
  first.addAll(second.list)
  expect(first.size).toBe(3_002)
})
