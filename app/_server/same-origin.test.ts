import { describe, expect, it } from 'vitest'
import { isSameOrigin } from './same-origin.ts'

const publicUrl = new URL('https://latchkey.example/')
const from = (origin?: string): Request => new Request('https://latchkey.example/api/console', { method: 'POST', headers: origin === undefined ? {} : { origin } })

describe('isSameOrigin', () => {
  it('takes a form of the portal', () => {
    expect(isSameOrigin(from('https://latchkey.example'), publicUrl)).toBe(true)
  })

  it.each([undefined, '', 'null', 'http://latchkey.example', 'https://latchkey.example:8443', 'https://latchkey.example.evil.example', 'https://evil.example', 'https://latchkey.example/'])(
    'refuses a form whose origin is %j',
    (origin) => {
      expect(isSameOrigin(from(origin), publicUrl)).toBe(false)
    },
  )
})
