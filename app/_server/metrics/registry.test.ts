import { expect, test } from 'vitest'
import { counter, expose, gauge, histogram } from './registry.ts'

test('counters, gauges and histograms are written as Prometheus reads them', () => {
  const reveals = counter('reveals_total', 'Reveals.')
  reveals.add({ outcome: 'ok' })
  reveals.add({ outcome: 'ok' }, 2)
  reveals.add({ outcome: 'not_found' })
  const calls = histogram('call_seconds', 'Calls.', [0.1, 1])
  for (const value of [0.05, 0.1, 0.5, 7]) calls.observe({ service: 'sts' }, value)
  expect(expose([reveals.family(), calls.family(), gauge('up', 'Up.', [[{}, 1]])])).toBe(`# HELP reveals_total Reveals.
# TYPE reveals_total counter
reveals_total{outcome="ok"} 3
reveals_total{outcome="not_found"} 1
# HELP call_seconds Calls.
# TYPE call_seconds histogram
call_seconds_bucket{service="sts",le="0.1"} 2
call_seconds_bucket{service="sts",le="1"} 3
call_seconds_bucket{service="sts",le="+Inf"} 4
call_seconds_sum{service="sts"} 7.65
call_seconds_count{service="sts"} 4
# HELP up Up.
# TYPE up gauge
up 1
`)
})

test('quotes, backslashes and line breaks do not break a line', () => {
  expect(expose([gauge('g', 'a\nb\\', [[{ name: 'say "x"\\\n' }, 1]])])).toBe('# HELP g a\\nb\\\\\n# TYPE g gauge\ng{name="say \\"x\\"\\\\\\n"} 1\n')
})

test('labels without end become one series "other", and nothing is lost', () => {
  const wild = counter('wild_total', 'Wild.')
  for (let value = 0; value < 1_000; value += 1) wild.add({ code: `code-${value}` })
  const { samples } = wild.family()
  expect(samples).toHaveLength(201)
  expect(samples.at(-1)).toEqual({ labels: { code: 'other' }, value: 800 })
  expect(samples.reduce((sum, { value }) => sum + value, 0)).toBe(1_000)
})
