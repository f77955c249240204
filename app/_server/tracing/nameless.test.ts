import { SpanStatusCode, trace } from '@opentelemetry/api'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { expect, test } from 'vitest'
import { nameless } from './nameless.ts'

test('a span leaves with what was done, and without addresses, messages, or anything that nobody listed', () => {
  const exporter = new InMemorySpanExporter()
  const tracer = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }).getTracer('test')
  const span = tracer.startSpan('GET /sign-in?code=secret-code', { attributes: { 'http.method': 'GET', 'http.status_code': 500, 'http.target': '/people/maya?code=secret-code', 'http.url': 'https://idp.example/?token=secret-code', 'next.span_name': 'fetch https://idp.example/x?token=secret-code', 'next.route': '/mail/maya@northwind.example', 'user.email': 'maya@northwind.example', 'latchkey.request_id': 'r-1' }, links: [{ context: trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 }).spanContext(), attributes: { who: 'maya' } }] })
  span.recordException(new Error('maya@northwind.example is unknown'))
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'secret-code' })
  span.end()
  const left = nameless(exporter.getFinishedSpans()[0]!)
  expect(left).toMatchObject({ name: 'GET /sign-in', status: { code: SpanStatusCode.ERROR }, events: [], attributes: { 'http.method': 'GET', 'http.status_code': 500, 'next.span_name': 'fetch https://idp.example/x', 'next.route': '/mail/[address]', 'latchkey.request_id': 'r-1' } })
  expect(left.spanContext()).toEqual(span.spanContext())
  const { resource: _resource, ...all } = left
  expect(JSON.stringify(all)).not.toMatch(/maya|secret-code|northwind/)
})
