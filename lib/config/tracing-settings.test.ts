import { expect, test } from 'vitest'
import { readTracing } from './tracing-settings.ts'

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }

test.each<[string, Record<string, string>]>([
  ['nothing', {}],
  ['a name alone', { OTEL_SERVICE_NAME: 'latchkey' }],
  ['an empty endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
  ['another exporter', { ...endpoint, OTEL_TRACES_EXPORTER: 'none' }],
  ['the switch that turns all off', { ...endpoint, OTEL_TRACES_EXPORTER: 'otlp', OTEL_SDK_DISABLED: 'TRUE' }],
])('%s switches no traces on', (_name, environment) => {
  expect(readTracing(environment)).toBeUndefined()
})

test.each<[Record<string, string>, { ratio: number; parentBased: boolean }]>([
  [endpoint, { ratio: 1, parentBased: true }],
  [{ OTEL_TRACES_EXPORTER: 'console, otlp' }, { ratio: 1, parentBased: true }],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces', OTEL_TRACES_SAMPLER: 'always_off' }, { ratio: 0, parentBased: false }],
  [{ ...endpoint, OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' }, { ratio: 0.25, parentBased: true }],
  [{ ...endpoint, OTEL_TRACES_SAMPLER: 'sometimes', OTEL_TRACES_SAMPLER_ARG: '7' }, { ratio: 1, parentBased: true }],
])('%j samples as the standard says', (environment, expected) => {
  expect(readTracing(environment)).toMatchObject(expected)
})
