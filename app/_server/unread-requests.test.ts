import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { blameUnreadRequests, noteBegun } from './unread-requests.ts'

blameUnreadRequests()
const server = createServer(async (request, response) => {
  const [, begins, status] = (request.url ?? '').split('/')
  await Promise.resolve()
  if (begins === 'begun') noteBegun()
  // Both ways in which a framework sets it.
  if (request.method === 'POST') response.writeHead(Number(status))
  else response.statusCode = Number(status)
  response.end('said')
})
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => new Promise((resolve) => server.close(resolve)))

test('a failure before our code began is the mistake of the sender, and one after it is ours; every other status stays', async () => {
  const ask = async (path: string, method: string): Promise<number> => (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`, { method })).status
  for (const method of ['GET', 'POST']) {
    expect(await ask('unread/500', method)).toBe(400)
    expect(await ask('begun/500', method)).toBe(500)
    for (const status of [200, 303, 404, 503]) expect(await ask(`unread/${status}`, method)).toBe(status)
  }
})
