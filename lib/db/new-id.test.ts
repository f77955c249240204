import { describe, expect, it } from 'vitest'
import { newId } from './new-id.ts'

describe('newId', () => {
  it('makes ids in ascending order, also within a millisecond, past the counter, and when the clock goes back', () => {
    const at = Date.now() + 60_000
    const ids = [...Array.from({ length: 5_000 }, () => newId(at)), newId(at - 1_000), newId(at + 10_000)]
    expect(new Set(ids).size).toBe(ids.length)
    for (const [index, id] of ids.slice(1).entries()) expect(id > (ids[index] ?? ''), id).toBe(true)
  })

  it('makes UUIDs of version 7', () => {
    expect(newId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})
