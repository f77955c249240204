import { z } from 'zod'

export type TracingSettings = {
  /** Of the traces that begin here, how many are kept: 0 to 1. */
  ratio: number
  /** Whether a span follows the decision about its parent. */
  parentBased: boolean
  /** Milliseconds between two deliveries to the collector. */
  delayMs: number
}

const samplers = ['always_on', 'always_off', 'traceidratio', 'parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'] as const
const tracingSchema = z.object({
  OTEL_SDK_DISABLED: z.string().toLowerCase().optional(),
  OTEL_TRACES_EXPORTER: z.string().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.string().optional(),
  // What the specification says of values that are not understood: the default, as if they were not set.
  OTEL_TRACES_SAMPLER: z.enum(samplers).catch('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).catch(1),
  OTEL_BSP_SCHEDULE_DELAY: z.coerce.number().int().positive().catch(5_000),
})

/**
 * Whether and which traces are exported, by OpenTelemetry's standard variables; undefined: none, and nothing of it is to
 * be loaded. An endpoint or `OTEL_TRACES_EXPORTER=otlp` switches it on. The exporter reads its endpoint, headers and
 * timeouts itself. https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export function readTracing(environment: Record<string, string | undefined> = process.env): TracingSettings | undefined {
  const env = tracingSchema.parse(Object.fromEntries(Object.entries(environment).filter(([name, value]) => name.startsWith('OTEL_') && value !== '')))
  const exporter = env.OTEL_TRACES_EXPORTER ?? (env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ? 'otlp' : 'none')
  if (env.OTEL_SDK_DISABLED === 'true' || !exporter.split(',').map((name) => name.trim()).includes('otlp')) return undefined
  const ratios: Record<string, number> = { always_on: 1, always_off: 0, traceidratio: env.OTEL_TRACES_SAMPLER_ARG }
  return { ratio: ratios[env.OTEL_TRACES_SAMPLER.replace('parentbased_', '')] ?? 1, parentBased: env.OTEL_TRACES_SAMPLER.startsWith('parentbased_'), delayMs: env.OTEL_BSP_SCHEDULE_DELAY }
}
