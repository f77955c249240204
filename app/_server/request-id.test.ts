import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chooseRequestId, currentRequestId, nameRequests } from './request-id.ts'

test.each(['b8c2f6d0-0c3e-4a67-9f0e-0a9b8c7d6e5f', 'Root=1-67891233-abcdef012345678912345678', 'req_01HZX'])('%s is taken over', (id) => {
  expect(chooseRequestId(id)).toBe(id)
})

test.each([undefined, '', 'short', 'a'.repeat(101), 'with space in it', 'line\nbreak-and-more', '"quoted-value"', '-begins-badly'])('%j is replaced', (id) => {
  expect(chooseRequestId(id)).toMatch(/^[0-9a-f-]{36}$/)
})

let server: Server
let url: string
beforeAll(async () => {
  nameRequests()
  server = createServer((_request, response) => {
    void (async () => {
      for (let step = 0; step < 5; step += 1) await turn()
      response.end(currentRequestId())
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

test('each of many requests at once keeps its own id through its asynchronous steps, and its answer names it', async () => {
  const ids = Array.from({ length: 40 }, (_, index) => `request-number-${index}`)
  const answers = await Promise.all(ids.map(async (id) => {
    const answer = await fetch(url, { headers: { 'x-request-id': id } })
    return [answer.headers.get('x-request-id'), await answer.text()]
  }))
  expect(answers).toEqual(ids.map((id) => [id, id]))
  expect(currentRequestId()).toBeUndefined()
})
