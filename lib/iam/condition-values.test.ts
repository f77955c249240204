import { afterEach, describe, expect, it, vi } from 'vitest'
import { parseDate, parseNumber, splitArn } from './condition-values.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('parseDate', () => {
  it.each(['UTC', 'America/New_York', 'Asia/Tokyo'])('reads a date without a zone as UTC, wherever the server stands (%s)', (zone) => {
    vi.stubEnv('TZ', zone)
    expect(new Date(2026, 0, 1).getTime() === Date.UTC(2026, 0, 1)).toBe(zone === 'UTC')
    for (const text of ['2026-01-01', '2026-01', '2026-01-01T00:00', '2026-01-01T00:00:00', '2026-01-01t00:00:00.000z', '2026-01-01T01:00:00+0100', '1767225600']) {
      expect([text, parseDate(text)]).toEqual([text, 1_767_225_600_000])
    }
  })

  it.each(['', 'now', '2026-13-01', '2026-01-01 00:00:00', '01/02/2026', '2026-01-01T25:00:00Z', 'NaN', 'Infinity'])('refuses "%s"', (text) => {
    expect(parseDate(text)).toBeUndefined()
  })
})

describe('parseNumber', () => {
  it.each(['', ' ', '1e3', '0x10', 'Infinity', '1,5', 'ten'])('refuses "%s"', (text) => {
    expect(parseNumber(text)).toBeUndefined()
  })
})

describe('splitArn', () => {
  it('keeps the colons of the resource and refuses what is too short', () => {
    expect(splitArn('arn:aws:lambda:eu-west-1:1:function:a:b')).toEqual(['arn', 'aws', 'lambda', 'eu-west-1', '1', 'function:a:b'])
    expect(splitArn('arn:aws:s3:::')).toHaveLength(6)
    expect(splitArn('arn:aws:s3::')).toBeUndefined()
  })
})
