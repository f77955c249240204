import { monitorEventLoopDelay } from 'node:perf_hooks'
import { inSpan } from '../tracing/in-span.ts'
import { counter, type Counter, type Family, gauge, type Histogram, histogram } from './registry.ts'

type Metrics = { reveals: Counter; decisions: Counter; awsCalls: Histogram; loopDelay: ReturnType<typeof monitorEventLoopDelay> | undefined }

// Next.js bundles pages, routes and instrumentation apart; the process counts once.
const holder = globalThis as typeof globalThis & { latchkeyMetrics?: Metrics }
const metrics = (holder.latchkeyMetrics ??= {
  reveals: counter('latchkey_reveals_total', 'Attempts to take credentials, by outcome: "ok" or the code of the refusal.'),
  decisions: counter('latchkey_decisions_total', 'Decisions on requests, by verdict and outcome.'),
  awsCalls: histogram('latchkey_aws_call_seconds', 'Calls to AWS with their retries, by service and outcome.', [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]),
  loopDelay: undefined,
})

type Outcome = { ok: boolean; code?: string }
const outcomeOf = (result: Outcome): string => (result.ok ? 'ok' : (result.code ?? 'refused'))

export function countReveal<Result extends Outcome>(purpose: 'credentials' | 'console', result: Result): Result {
  metrics.reveals.add({ purpose, outcome: outcomeOf(result) })
  return result
}

export function countDecision<Result extends Outcome>(verdict: 'approve' | 'deny', result: Result): Result {
  metrics.decisions.add({ verdict, outcome: outcomeOf(result) })
  return result
}

/** `call`, timed under the name of its AWS service, and in a span. */
export function timed<Arguments extends unknown[], Result extends Outcome>(service: string, call: (...args: Arguments) => Promise<Result>): (...args: Arguments) => Promise<Result> {
  return async (...args) => {
    const begun = performance.now()
    const note = (outcome: string): void => metrics.awsCalls.observe({ service, outcome }, (performance.now() - begun) / 1_000)
    try {
      const result = await inSpan(`aws ${service}`, { 'latchkey.aws_service': service }, () => call(...args))
      note(outcomeOf(result))
      return result
    } catch (error) {
      note('exception')
      throw error
    }
  }
}

/** The delay of the event loop costs a timer, so it is measured only where somebody scrapes. */
export function measureEventLoop(): void {
  if (metrics.loopDelay) return
  metrics.loopDelay = monitorEventLoopDelay({ resolution: 20 })
  metrics.loopDelay.enable()
}

/** What this process counted. The delay is that since the last scrape. */
export function processFamilies(pool: { total: number; idle: number; waiting: number }): Family[] {
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  const delay = metrics.loopDelay
  const quantiles = delay && delay.count > 0 ? ([['0.5', delay.percentile(50)], ['0.99', delay.percentile(99)], ['1', delay.max]] as const) : []
  const families: Family[] = [
    metrics.reveals.family(),
    metrics.decisions.family(),
    metrics.awsCalls.family(),
    gauge('latchkey_event_loop_delay_seconds', 'Delay of the event loop since the last scrape.', quantiles.map(([quantile, ns]) => [{ quantile }, ns / 1e9])),
    gauge('latchkey_process_memory_bytes', 'Memory of this process.', [[{ kind: 'resident' }, rss], [{ kind: 'heap_used' }, heapUsed], [{ kind: 'heap_total' }, heapTotal], [{ kind: 'external' }, external]]),
    { name: 'latchkey_process_cpu_seconds_total', help: 'Processor time of this process.', type: 'counter', samples: [{ labels: { mode: 'user' }, value: user / 1e6 }, { labels: { mode: 'system' }, value: system / 1e6 }] },
    gauge('latchkey_process_uptime_seconds', 'Time since this process started.', [[{}, process.uptime()]]),
    gauge('latchkey_database_connections', 'Connections of the pool of this process.', [[{ state: 'idle' }, pool.idle], [{ state: 'busy' }, pool.total - pool.idle]]),
    gauge('latchkey_database_waiting', 'Statements of this process that wait for a connection.', [[{}, pool.waiting]]),
  ]
  delay?.reset()
  return families
}
