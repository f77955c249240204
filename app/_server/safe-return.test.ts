import { describe, expect, it } from 'vitest'
import { safeReturn } from './safe-return.ts'

const portal = 'https://latchkey.example'

describe('safeReturn', () => {
  it.each(['/', '/request?profile=a&q=b', '/requests/0190', '/record?from=2026-01-01#x'])('keeps %s, a path of this portal', (path) => {
    expect(safeReturn(path)).toBe(path)
  })

  it.each(['https://evil.example', '//evil.example', '/\\evil.example', '\\\\evil.example', '/x\\..\\y', '/\t/evil.example', '/\n/evil.example', 'javascript:alert(1)', 'request', '', ' /x', '/ü', `/${'x'.repeat(2_000)}`, undefined, null, 7, ['/x'], { toString: () => '/x' }])(
    'turns %j into the start page',
    (value) => {
      expect(safeReturn(value)).toBe('/')
    },
  )

  it('never leads back to the sign-in page, which would lead back again', () => {
    expect(safeReturn('/sign-in?returnTo=/sign-in')).toBe('/')
  })

  it('never leaves the portal, whatever bytes it is given', () => {
    for (let first = 0; first < 128; first++) {
      for (let second = 0; second < 128; second++) {
        const value = `/${String.fromCharCode(first, second)}evil.example`
        expect(new URL(safeReturn(value), portal).origin, JSON.stringify(value)).toBe(portal)
      }
    }
  })
})
