import { expect, test } from 'vitest'
import { readOpening, readWindow, windowDocument, withOpening, withoutOpening } from '#lib/aws/vendor-policies.ts'
import type { VendorRoleReading } from '#lib/aws/vendor-gate.ts'
import { decideVendorStep, type VendorWanted } from './decide-vendor-step.ts'

const at = (minute: number, ms = 0): Date => new Date(Date.UTC(2026, 10, 22, 9, minute, 0, ms))
const opening = { principal: 'arn:aws:iam::444455556666:root', externalId: 'x', until: at(30) }
const wanted: VendorWanted = { open: true, since: at(0, 700), opening }
const aws = (over: Partial<VendorRoleReading> = {}): VendorRoleReading => ({ window: null, opening: null, maxSessionSeconds: 3_600, ...over })
const window = { since: at(0), until: at(30) }
const closed = (closedFrom: Date, quietFrom: Date | null = null): VendorWanted => ({ open: false, closedFrom, quietFrom })

test.each<[string, VendorRoleReading, VendorWanted, Date, string]>([
  ['the denial comes before the trust', aws(), wanted, at(1), 'deny'],
  ['the trust comes when the denial was read back', aws({ window }), wanted, at(1), 'open'],
  ['nothing is left when both were read back', aws({ window, opening }), wanted, at(1), 'done'],
  ['a later end moves the denial first', aws({ window: { ...window, until: at(20) }, opening: { ...opening, until: at(20) } }), wanted, at(1), 'deny'],
  ['and the trust then', aws({ window, opening: { ...opening, until: at(20) } }), wanted, at(1), 'open'],
  ['a window that somebody changed is written over', aws({ window: 'changed', opening }), wanted, at(1), 'deny'],
  ['a statement that somebody changed is written over', aws({ window, opening: 'changed' }), wanted, at(1), 'open'],
  ['another principal or external id is written over', aws({ window, opening: { ...opening, externalId: 'y' } }), wanted, at(1), 'open'],
  ['an early end denies before it shuts out', aws({ window, opening }), closed(at(10)), at(11), 'deny'],
  ['and shuts out then', aws({ window: { ...window, until: at(10) }, opening }), closed(at(10)), at(11), 'close'],
  ['an end by time only shuts out: the denial is at work', aws({ window, opening }), closed(at(30)), at(31), 'close'],
  ['the denial stays while sessions may live', aws({ window }), closed(at(30), at(100)), at(99), 'done'],
  ['and goes when none can', aws({ window }), closed(at(30), at(100)), at(100), 'lift'],
  ['what is not the portal\'s is never taken away', aws({ window: 'changed' }), closed(at(30), at(100)), at(100), 'done'],
  ['a trust that came back is taken away again, however late', aws({ opening }), closed(at(30), at(100)), at(100), 'close'],
])('%s', (_name, reading, want, now, step) => {
  expect(decideVendorStep(reading, want, now)).toBe(step)
})

test('what is written is read back as what it was, to the second, and one changed word is no longer it', () => {
  const document = windowDocument({ since: at(0, 700), until: at(30) })
  expect(readWindow(document)).toEqual(window)
  expect(readWindow({ ...document, Statement: document.Statement.map((statement) => ({ ...statement, Action: 's3:*' })) })).toBeNull()
  const foreign = { Sid: 'Others', Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }
  const trust = withOpening({ Version: '2012-10-17', Statement: foreign }, opening)
  expect(readOpening(trust)).toEqual(opening)
  expect(withoutOpening(trust)).toEqual({ Version: '2012-10-17', Statement: [foreign] })
  expect(withOpening(trust, { ...opening, until: at(40) }).Statement).toHaveLength(2)
  expect(readOpening({ ...trust, Statement: trust.Statement.map((statement) => ({ ...statement, Condition: { DateLessThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } } })) })).toBe('changed')
  expect(readOpening({ Version: '2012-10-17', Statement: foreign })).toBeNull()
})
