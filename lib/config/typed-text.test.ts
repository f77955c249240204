import fc from 'fast-check'
import { expect, test } from 'vitest'
import { storableTime } from './typed-text.ts'

test('a time that was written down is read again, and one that PostgreSQL or a calendar of four digits does not have is none', () => {
  const times = fc.date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31T23:59:59.999Z') })
  fc.assert(fc.property(times, (time) => storableTime(time.toISOString())?.getTime() === time.getTime()))
  for (const text of ['', 'now', '0000-01-01T00:00:00.000Z', '-000001-01-01T00:00:00.000Z', '+010000-01-01T00:00:00.000Z', '9999-12-31T23:59:59-23:00', '+275760-09-13T00:00:00.000Z', '2026-13-01']) expect(storableTime(text), text).toBeUndefined()
})
