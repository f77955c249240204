import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { faultOf } from './judge.ts'
import { type RawRequest, sendRaw } from './raw-http.ts'

const asked: RawRequest = { method: 'POST', path: Buffer.from('/'), headers: [], body: Buffer.from('x') }

test('a failure is seen under each of its disguises, and an ordinary refusal is none', () => {
  const failures: [number, string][] = [
    [500, ''],
    [0, ''],
    [200, '1:{"ok":false,"code":"unexpected","message":"Something went wrong"}'],
    [200, '1:E{"digest":"1228363588"}'],
    [200, 'self.__next_f.push([1,"5:E{\\"digest\\":\\"1228363588\\"}"])'],
    [200, '<template data-dgst="1228363588"></template>'],
    [400, 'TypeError: x is not a function'],
    [404, 'x\n    at Object.read (/srv/app.js:1:1)'],
  ]
  for (const [status, text] of failures) expect(faultOf(asked, { status, text }), `${status} ${text}`).toBeDefined()
  for (const [status, text] of [[200, '1:{"ok":false,"code":"not_found"}'], [404, '1:E{"digest":"NEXT_HTTP_ERROR_FALLBACK;404"}'], [400, '1:E{"digest":"1228363588"}'], [303, '']] as [number, string][]) expect(faultOf(asked, { status, text }), text).toBeUndefined()
  // Who hangs up before the end is owed no answer.
  expect(faultOf({ ...asked, cutAfter: 0 }, { status: 0, text: '' })).toBeUndefined()
})

test('the answer is the last one, whatever was said before it', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nA: b\r\n\r\nHTTP/1.1 400 Bad Request\r\n\r\nsaid'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  expect(await sendRaw((server.address() as AddressInfo).port, 'localhost', asked)).toEqual({ status: 400, text: 'HTTP/1.1 400 Bad Request\r\n\r\nsaid' })
  await new Promise((resolve) => server.close(resolve))
})
