/** Everything here is loaded only where traces are switched on; see `start-tracing.ts`. */
import { context, diag, DiagLogLevel, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { AlwaysOffSampler, BatchSpanProcessor, ParentBasedSampler, type SpanProcessor, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace'
import type { TracingSettings } from '#lib/config/tracing-settings.ts'
import { logProblem } from '../log.ts'
import { currentRequestId } from '../request-id.ts'
import { nameless } from './nameless.ts'

/** Sends spans to the collector that the environment names, without anybody's name in them. Returns how to send what is left and end. */
export function openTracing({ ratio, parentBased, delayMs }: TracingSettings): () => Promise<void> {
  const quiet = (): void => undefined
  diag.setLogger({ error: (message) => logProblem('traces', message), warn: quiet, info: quiet, debug: quiet, verbose: quiet }, DiagLogLevel.ERROR)
  const exporter = new OTLPTraceExporter()
  const root = ratio === 0 ? new AlwaysOffSampler() : new TraceIdRatioBasedSampler(ratio)
  const provider = new TracerProvider({
    // The environment's own name and attributes win.
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': 'latchkey' })).merge(detectResources({ detectors: [envDetector] })),
    sampler: parentBased ? new ParentBasedSampler({ root }) : root,
    spanProcessors: [
      nameRequest,
      new BatchSpanProcessor({
        exporter: { export: (spans, done) => exporter.export(spans.map((span) => nameless(span)), done), shutdown: () => exporter.shutdown(), forceFlush: () => exporter.forceFlush() },
        scheduledDelayMillis: delayMs,
      }),
    ],
  })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(provider)
  return () => provider.shutdown()
}

/** The id that the log's lines of the same request carry. */
const nameRequest: SpanProcessor = {
  onStart: (span) => {
    const id = currentRequestId()
    if (id) span.setAttribute('latchkey.request_id', id)
  },
  onEnd: () => undefined,
  forceFlush: async () => undefined,
  shutdown: async () => undefined,
}
