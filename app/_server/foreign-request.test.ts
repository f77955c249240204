import { expect, test } from 'vitest'
import { foreignRequest } from './foreign-request.ts'

const portal = new URL('https://access.northwind.example')
const own = { method: 'POST', path: '/request', host: 'access.northwind.example', forwardedHost: null, origin: portal.origin }
const ask = (change: Partial<typeof own> | { forwardedHost?: string | null; host?: string | null; origin?: string | null }) => foreignRequest({ ...own, ...change }, portal)

test('our own pages reach us, with the port written out, behind a proxy that names us, and to read without an Origin', () => {
  for (const change of [{}, { host: 'access.northwind.example:443' }, { host: 'ACCESS.northwind.example' }, { forwardedHost: 'access.northwind.example' }, { method: 'GET', origin: null }]) expect(ask(change)).toBeUndefined()
})

test.each([null, '', 'evil.example', 'access.northwind.example.evil.example', 'access.northwind.example:8443', 'access.northwind.example@evil.example', '10.0.0.5', 'access.northwind.example\r\nX: y'])('the Host %j is another host, to read as to write', (host) => {
  for (const method of ['GET', 'POST']) expect(ask({ host, method })).toMatchObject({ status: 421 })
})

test('a forwarded host that is not ours is refused beside the right Host, also among several', () => {
  for (const forwardedHost of ['evil.example', 'access.northwind.example, evil.example', '']) expect(ask({ forwardedHost })).toMatchObject({ status: 421 })
})

test.each([null, 'null', 'https://evil.example', 'http://access.northwind.example', 'https://access.northwind.example.evil.example'])('a change from Origin %j is refused', (origin) => {
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) expect(ask({ origin, method })).toMatchObject({ status: 403 })
})

test('probes need no name, and the identity provider no Origin; neither opens anything beside itself', () => {
  expect(ask({ path: '/api/health/ready', host: '10.0.0.5:3000', method: 'GET' })).toBeUndefined()
  expect(ask({ path: '/api/oidc/backchannel-logout', origin: null })).toBeUndefined()
  expect(ask({ path: '/api/oidc/backchannel-logout', origin: null, host: 'evil.example' })).toMatchObject({ status: 421 })
  for (const path of ['/api/health/ready/x', '/api/oidc/backchannel-logout/x', '/x/api/health/live']) expect(ask({ path, host: 'evil.example' })).toMatchObject({ status: 421 })
})
