import { expect, test } from 'vitest'
import { readSmallBody } from './read-small-body.ts'
import { safeReturn } from './safe-return.ts'

const post = (body: BodyInit | null) => new Request('http://localhost/', { method: 'POST', body })

test('a body is read whole up to the limit, and not at all beyond it', async () => {
  expect(await readSmallBody(post('a=1'), 3)).toBe('a=1')
  expect(await readSmallBody(post('a=12'), 3)).toBeUndefined()
  expect(await readSmallBody(post(null))).toBe('')
})

test('an endless body is given up at the limit', async () => {
  let sent = 0
  const endless = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array((sent += 1_000) && 1_000)) })
  const request = new Request('http://localhost/', { method: 'POST', body: endless, duplex: 'half' } as RequestInit)
  expect(await readSmallBody(request, 10_000)).toBeUndefined()
  expect(sent).toBeLessThan(30_000)
})

test.each(['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/%0d%0aSet-Cookie: a=b\r\n', '/a\\b', '', null, 7, '/sign-in?why=x', `/${'x'.repeat(3_000)}`])('going back to %o goes to the start page', (value) => {
  expect(safeReturn(value)).toBe('/')
})

test.each(['/', '/request?profile=a&q=b%20c', '/requests/0198-aa#end'])('going back to %s stays', (value) => {
  expect(safeReturn(value)).toBe(value)
})
