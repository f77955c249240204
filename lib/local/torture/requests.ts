import fc from 'fast-check'
import { actionDoors, type ActionCall } from '../doors/action-doors.ts'
import { pageDoors, pathOf, routeDoors } from '../doors/address-doors.ts'
import type { Things } from '../doors/callers.ts'
import type { BuiltAction } from '../doors/inventory.ts'
import { damaged, mutatedJson, nastyJson, nastyText } from './nasty.ts'
import type { RawRequest } from './raw-http.ts'

type Header = readonly [string, Buffer]
type Part = { name: string; value: Buffer; file?: { name: string; type: string } | undefined }
const boundary = '----latchkey'
const header = (name: string, value: string): Header => [name, Buffer.from(value)]
/** What a header or an address can hold without ending it; all else stays as it is. */
const line = (text: string): Buffer => Buffer.from(text.replaceAll(/[\r\n]/g, ' ').slice(0, 6_000))

/** In an address: as browsers write it, as nobody should, or as bytes that are no text. */
const written = fc.tuple(nastyText, fc.nat({ max: 9 })).map(([text, how]) => {
  const short = text.slice(0, 3_000)
  if (how === 0) return Buffer.from(short.replaceAll(/[\s\0]/g, '+'))
  if (how === 1) return Buffer.from(['%', '%zz', '%ff', '%c0%af', '%00', '%ED%A0%80', '%u0041', '%25', '%2e%2e%2f', '%5c'][short.length % 10] ?? '%')
  return Buffer.from([...Buffer.from(short)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''))
})

const odd = ['rsc', 'next-router-state-tree', 'next-router-prefetch', 'next-router-segment-prefetch', 'next-url', 'accept', 'accept-language', 'accept-encoding', 'cookie', 'content-type', 'content-encoding', 'content-length', 'transfer-encoding', 'expect', 'range', 'if-none-match', 'if-modified-since', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-port', 'forwarded', 'x-request-id', 'x-latchkey-peer', 'x-nonce', 'x-requested-path', 'x-middleware-subrequest', 'x-middleware-prefetch', 'x-nextjs-data', 'x-matched-path', 'x-invoke-path', 'authorization', 'upgrade', 'origin', 'next-action', 'x-http-method-override', 'traceparent', 'purpose', 'user-agent', 'te', 'via', 'x-now-route-matches', 'next-hmr-refresh', 'x-nextjs-html-request-id']
const values = ['1', '2', '0', '*', '[]', '["",{},null,null,true]', '%5B%22%22%2C%7B%7D%5D', '%7B', 'gzip', 'br', 'identity', 'chunked', '100-continue', 'text/x-component', 'text/html', 'application/json', 'text/plain', 'multipart/form-data', `multipart/form-data; boundary=${boundary}`, 'application/x-www-form-urlencoded', 'latchkey=x', 'latchkey=; latchkey=a.b.c', 'theme=%; rail=%ff', '__proto__=1; constructor=2', 'bytes=0-1', 'null', 'Bearer x', 'websocket', '/_tree', '/__PAGE__']
const oddHeaders: fc.Arbitrary<Header[]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Header[]>([]) },
  { weight: 2, arbitrary: fc.array(fc.tuple(fc.constantFrom(...odd), fc.oneof(fc.constantFrom(...values).map((text) => line(text)), nastyText.map((text) => line(text)))), { minLength: 1, maxLength: 3 }) },
)

function multipart(parts: readonly Part[]): Buffer {
  const pieces = parts.flatMap(({ name, value, file }) => [
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name.replaceAll(/["\r\n]/g, '_')}"${file ? `; filename="${file.name.replaceAll(/["\r\n]/g, '_')}"\r\nContent-Type: ${file.type}` : ''}\r\n\r\n`),
    value,
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)])
}

/** The parts of a call, with some values replaced, left out, doubled or made files, and keys that nobody asked for. */
function mutatedParts({ bound = [], fields, args }: ActionCall): fc.Arbitrary<Part[]> {
  const field = ([name, value]: [string, string]): fc.Arbitrary<Part[]> => {
    const part = (text: string): Part => ({ name: `_1_${name}`, value: Buffer.from(text) })
    return fc.oneof(
      { weight: 4, arbitrary: fc.constant<Part[]>([part(value)]) },
      { weight: 4, arbitrary: nastyText.map((text) => [part(text)]) },
      { weight: 1, arbitrary: fc.constant<Part[]>([]) },
      { weight: 1, arbitrary: nastyText.map((text) => [part(value), part(text)]) },
      { weight: 1, arbitrary: fc.tuple(nastyText, fc.constantFrom('text/plain', 'application/octet-stream', '', 'x')).map(([text, type]) => [{ ...part(text), file: { name: text.slice(0, 100), type } }]) },
    )
  }
  const root = args ?? [...bound, null, '$K1']
  const rootPart = fc.oneof({ weight: 5, arbitrary: fc.constant(JSON.stringify(root)) }, { weight: args || bound.length > 0 ? 6 : 1, arbitrary: mutatedJson(root) }, { weight: 2, arbitrary: nastyJson }, { weight: 1, arbitrary: nastyText }).map((text): Part[] => [{ name: '0', value: Buffer.from(text) }])
  const extra = fc.array(fc.tuple(fc.constantFrom('1', '2', '9', '_1___proto__', '_1_constructor', '_1_', '__proto__', '', '$ACTION_REF_1', '$ACTION_1:0', '$ACTION_KEY', '$ACTION_ID_x'), fc.oneof(nastyJson, nastyText)), { maxLength: 3 }).map((pairs) => pairs.map(([name, text]): Part => ({ name, value: Buffer.from(text.slice(0, 50_000)) })))
  return fc.tuple(fc.tuple(...Object.entries(fields ?? {}).map((entry) => field(entry))), fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 2, arbitrary: extra }), rootPart).map(([typed, more, last]) => [...typed.flat(), ...more, ...last])
}

const types = fc.constantFrom(`multipart/form-data; boundary=${boundary}`, 'multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; boundary=other', 'text/plain', 'text/plain;charset=UTF-8', 'application/json', 'application/x-www-form-urlencoded', 'application/octet-stream', 'MULTIPART/FORM-DATA; BOUNDARY=x', '')
const cutOf = (body: Buffer): fc.Arbitrary<number | undefined> => fc.oneof({ weight: 20, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat({ max: body.length }) })

type Target = { origin: string; action: BuiltAction; call: ActionCall }

function actionRequests({ origin, action, call }: Target): fc.Arbitrary<RawRequest> {
  const page = Buffer.from(action.page)
  const sent = (body: Buffer, type: string, headers: readonly Header[], id: string | undefined, cutAfter?: number): RawRequest => ({
    method: 'POST', path: page, body, cutAfter,
    headers: [...(id === undefined ? [] : [header('Next-Action', id)]), header('Origin', origin), header('Content-Type', type), header('Accept', 'text/x-component'), ...headers],
  })
  const whole = fc.tuple(mutatedParts(call), oddHeaders).map(([parts, headers]) => sent(multipart(parts), `multipart/form-data; boundary=${boundary}`, headers, action.id))
  const reply = fc.tuple(fc.oneof(nastyJson, nastyText), oddHeaders).map(([text, headers]) => sent(Buffer.from(text), 'text/plain;charset=UTF-8', headers, action.id))
  const broken = mutatedParts(call).chain((parts) => fc.tuple(damaged(multipart(parts)), types, oddHeaders)).chain(([body, type, headers]) => cutOf(body).map((cut) => sent(body, type, headers, action.id, cut)))
  // As a form of a page without JavaScript sends it, and under names of actions that nobody built.
  const plain = fc.tuple(mutatedParts(call), nastyJson, fc.constantFrom(`$ACTION_ID_${action.id}`, '$ACTION_ID_', `$ACTION_ID_${'0'.repeat(42)}`, '$ACTION_REF_1', '$ACTION_REF_')).map(([parts, json, name]) => sent(multipart([{ name, value: Buffer.alloc(0) }, { name: '$ACTION_1:0', value: Buffer.from(`{"id":"${action.id}","bound":${json}}`) }, ...parts.map((part) => ({ ...part, name: part.name.replace(/^_1_/, '') }))]), `multipart/form-data; boundary=${boundary}`, [], undefined))
  const wrongId = fc.tuple(mutatedParts(call), fc.oneof(nastyText.map((text) => line(text).toString('latin1')), fc.constantFrom('0'.repeat(42), `${action.id}0`, action.id.toUpperCase(), '__proto__', 'constructor'))).map(([parts, id]) => sent(multipart(parts), `multipart/form-data; boundary=${boundary}`, [], id))
  return fc.oneof({ weight: 6, arbitrary: whole }, { weight: 2, arbitrary: reply }, { weight: 3, arbitrary: broken }, { weight: 2, arbitrary: plain }, { weight: 1, arbitrary: wrongId })
}

type Address = { path: Buffer; query: Record<string, string> }

/** An address with parameters of the route and of the query mutated, left out, doubled, and some that nobody reads. */
function addresses({ path, query }: Address): fc.Arbitrary<Buffer> {
  const kept = Object.entries(query).map(([name, value]) => fc.oneof(fc.constant([]), fc.constant([[name, Buffer.from(encodeURIComponent(value))]] as const), written.map((text) => [[name, text]] as const)))
  const name = fc.constantFrom(...Object.keys(query), '_rsc', '__proto__', 'constructor', 'q[]', 'nxtPid', '__nextDefaultLocale', 'toString', 'id', '')
  const more = fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(fc.tuple(name, written), { maxLength: 3 }) })
  return fc.tuple(fc.tuple(...kept), more).map(([pairs, others]) =>
    Buffer.concat([path, ...[...pairs.flat(), ...others].flatMap(([key, value], index) => [Buffer.from(`${index === 0 ? '?' : '&'}${key}=`), value])]).subarray(0, 14_000),
  )
}

/** The path with each parameter in it replaced, or kept. */
function paths(door: string, params: Record<string, string>): fc.Arbitrary<Buffer> {
  if (!door.includes('[')) return fc.constant(Buffer.from(pathOf(door)))
  const [before = '', after = ''] = pathOf(door, { id: '\0', nextauth: '\0' }).split('\0')
  const good = Buffer.from(params.id ?? 'callback/oidc')
  return fc.oneof(fc.constant(good), written).map((value) => Buffer.concat([Buffer.from(before), value, Buffer.from(after)]))
}

function pageRequests(page: string, things: Things): fc.Arbitrary<RawRequest> {
  const { params, query = {} } = pageDoors[page] ?? {}
  return fc.tuple(paths(page, params?.(things) ?? {}).chain((path) => addresses({ path, query })), oddHeaders, fc.constantFrom('GET', 'GET', 'GET', 'GET', 'GET', 'HEAD')).map(([path, headers, method]) => ({ method, path, headers, body: Buffer.alloc(0) }))
}

function routeRequests(route: string, things: Things, origin: string): fc.Arbitrary<RawRequest> {
  const { form, query = {} } = routeDoors[route] ?? {}
  const [method = 'GET'] = route.split(' ')
  const fields = Object.entries(form?.(things) ?? {})
  const body = method === 'GET' ? fc.constant(Buffer.alloc(0)) : fc.tuple(...fields.map(([name, value]) => fc.oneof(fc.constant(Buffer.from(value)), written).map((text) => Buffer.concat([Buffer.from(`${name}=`), text])))).chain((pairs) => {
    const whole = Buffer.concat(pairs.flatMap((pair, index) => (index === 0 ? [pair] : [Buffer.from('&'), pair])))
    return fc.oneof(fc.constant(whole), damaged(whole))
  })
  const type = fc.oneof({ weight: 3, arbitrary: fc.constant('application/x-www-form-urlencoded') }, { weight: 1, arbitrary: types })
  return fc.tuple(paths(route, {}).chain((path) => addresses({ path, query })), oddHeaders, body, type).chain(([path, headers, bytes, kind]) =>
    cutOf(bytes).map((cut) => ({ method, path, body: bytes, cutAfter: bytes.length > 0 ? cut : undefined, headers: method === 'GET' ? headers : [header('Origin', origin), header('Content-Type', kind), ...headers] })),
  )
}

/** What is sent to each door of the portal, by its name. Throws for an action that is not in the build. */
export function mutatedRequests(built: ReadonlyMap<string, BuiltAction>, things: Things, origin: string): Map<string, fc.Arbitrary<RawRequest>> {
  const actions = Object.entries(actionDoors).map(([name, door]): [string, fc.Arbitrary<RawRequest>] => {
    const action = built.get(name)
    if (!action) throw new Error(`There is no server action "${name}" in the build.`)
    return [name, actionRequests({ origin, action, call: door.call(things) })]
  })
  return new Map([...actions, ...Object.keys(routeDoors).map((route): [string, fc.Arbitrary<RawRequest>] => [route, routeRequests(route, things, origin)]), ...Object.keys(pageDoors).map((page): [string, fc.Arbitrary<RawRequest>] => [page, pageRequests(page, things)])])
}
