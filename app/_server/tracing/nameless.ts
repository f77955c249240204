import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { scrub } from '../scrub.ts'

/** Attributes that say what was done and never to or by whom; `http.target` and `http.url` are not among them, because addresses carry codes, tokens and names. */
const plain = /^(http\.(method|route|status_code)|next\.(route|page|rsc|span_type|span_name|segment)|error\.type|latchkey\.[a-z_]+)$/

const withoutQuery = (text: string): string => scrub(text.split(/[?#]/)[0] ?? '')

/** The span as it may leave the process: known attributes, no query strings, no messages. What failed and why is in the log, under the same request. */
export function nameless(span: ReadableSpan): ReadableSpan {
  const attributes = Object.fromEntries(Object.entries(span.attributes).flatMap(([name, value]) => (plain.test(name) ? [[name, typeof value === 'string' ? withoutQuery(value) : value]] : [])))
  return {
    name: withoutQuery(span.name),
    kind: span.kind,
    spanContext: () => span.spanContext(),
    ...(span.parentSpanContext ? { parentSpanContext: span.parentSpanContext } : {}),
    startTime: span.startTime,
    endTime: span.endTime,
    status: { code: span.status.code },
    attributes,
    links: span.links.map(({ context }) => ({ context })),
    events: [],
    duration: span.duration,
    ended: span.ended,
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
}
