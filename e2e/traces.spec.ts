import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { readFileSync } from 'node:fs'
import { expect, test } from './fixtures.ts'
import { type Replica, startReplica } from './replica.ts'

type Attribute = { key: string; value: { stringValue?: string } }
type Sent = { resourceSpans: { resource: { attributes: Attribute[] }; scopeSpans: { spans: { name: string; attributes: Attribute[] }[] }[] }[] }

/** Says on standard error what of OpenTelemetry's SDK a process loads, however it is loaded. */
const watchLoading = `--import=data:text/javascript,${encodeURIComponent(`import{registerHooks}from'node:module';registerHooks({load(url,context,next){if(/@opentelemetry.(sdk-trace|exporter)/.test(url))process.stderr.write('LOADED '+url+'\\n');return next(url,context)}})`)}`

let collector: Server
let replica: Replica | undefined
const sent: { headers: NodeJS.Dict<string | string[]>; body: Sent }[] = []

test.beforeAll(async () => {
  collector = createServer((request, response) => {
    json(request).then((body) => {
      sent.push({ headers: request.headers, body: body as Sent })
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    }, () => response.writeHead(400).end())
  })
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
})
test.afterEach(async () => replica?.remove())
test.afterAll(() => new Promise((resolve) => collector.close(resolve)))

const spans = () => sent.flatMap(({ body }) => body.resourceSpans.flatMap((from) => from.scopeSpans.flatMap((scope) => scope.spans)))
const valueOf = (attributes: Attribute[], key: string): string | undefined => attributes.find((one) => one.key === key)?.value.stringValue

test('with the standard variables, the built server sends its spans to a collector, under the id of the request, and they name nobody', async ({ as }) => {
  const port = (collector.address() as AddressInfo).port
  replica = await startReplica({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_EXPORTER_OTLP_HEADERS: 'x-collector-key=open', OTEL_SERVICE_NAME: 'latchkey-traced', OTEL_BSP_SCHEDULE_DELAY: '100', NODE_OPTIONS: watchLoading })
  const maya = await as('Maya Chen')
  const page = await maya.context().newPage()
  await page.goto(`${replica.url}/request?profile=payments-prod-read&code=secret-code&email=maya.chen@northwind.example`)
  const cookies = await maya.context().cookies(replica.url)
  await fetch(`${replica.url}/nothing/maya.chen%40northwind.example/secret-code?token=secret-code`, { headers: { 'x-request-id': 'a-request-of-the-trace-spec', authorization: 'Bearer secret-code' } })
  await expect.poll(() => spans().some(({ attributes }) => valueOf(attributes, 'latchkey.request_id') === 'a-request-of-the-trace-spec')).toBe(true)
  await expect.poll(() => spans().map(({ name }) => name)).toEqual(expect.arrayContaining([expect.stringMatching(/^aws /), expect.stringContaining('/request')]))
  expect(sent[0]?.headers['x-collector-key']).toBe('open')
  expect(valueOf(sent[0]?.body.resourceSpans[0]?.resource.attributes ?? [], 'service.name')).toBe('latchkey-traced')
  const all = JSON.stringify(sent.map(({ body }) => body))
  for (const nobody of ['secret-code', 'maya', 'chen', 'northwind', '%40', ...cookies.map(({ value }) => value)]) expect.soft(all.toLowerCase().includes(nobody.toLowerCase()), nobody).toBe(false)
  expect(readFileSync(replica.logFile, 'utf8')).toContain('LOADED ')
})

test('without them, nothing of it is loaded', async () => {
  replica = await startReplica({ NODE_OPTIONS: watchLoading })
  expect((await fetch(`${replica.url}/sign-in`)).status).toBe(200)
  expect(readFileSync(replica.logFile, 'utf8')).not.toContain('LOADED ')
})
