import { stackFacts } from './facts.ts'
import { expect, test } from './fixtures.ts'
import { decide, openGrant, revealQuietly, sendRequest } from './journeys.ts'

type Scrape = { text: string; value(series: string): number }

/** Each replica counts its own, and Prometheus adds them up; what is read from the database, each says alike. */
async function scrape(): Promise<Scrape> {
  const each = await Promise.all(Array.from({ length: stackFacts().replicas }, (_, replica) => scrapeReplica(replica)))
  const counted = /_(total|count|bucket|sum)(\{|$)/
  const value = (series: string): number => (counted.test(series) ? each.reduce((sum, one) => sum + one.value(series), 0) : (each[0]?.value(series) ?? 0))
  return { text: each.map((one) => one.text).join(''), value }
}

async function scrapeReplica(replica: number): Promise<Scrape> {
  const { baseUrl, environment } = stackFacts()
  const answer = await fetch(`${baseUrl}/api/metrics`, { headers: { Authorization: `Bearer ${environment.METRICS_TOKEN}`, 'x-replica': String(replica) } })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  const text = await answer.text()
  const values = new Map(text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]))
  return { text, value: (series) => values.get(series) ?? 0 }
}

test('metrics count reveals, decisions, calls to AWS, what waits and what runs, and name nobody', async ({ as }) => {
  const [maya, ana] = [await as('Maya Chen'), await as('Ana Kovac')]
  const before = await scrape()
  const { grantId } = await openGrant(maya, ana, 'payments-prod-read')
  await revealQuietly(maya, grantId)
  const requestId = await sendRequest(maya, 'sandbox-builder')
  const waiting = await scrape()
  expect(await decide(ana, requestId, 'deny', 'Not needed for a scrape')).toBe('ok')
  const after = await scrape()
  const grew = (series: string): number => after.value(series) - before.value(series)
  expect(grew('latchkey_reveals_total{purpose="credentials",outcome="ok"}')).toBe(1)
  expect(grew('latchkey_decisions_total{verdict="approve",outcome="ok"}')).toBe(1)
  expect(grew('latchkey_decisions_total{verdict="deny",outcome="ok"}')).toBe(1)
  expect(grew('latchkey_aws_call_seconds_count{service="sts",outcome="ok"}')).toBeGreaterThanOrEqual(2)
  expect(grew('latchkey_aws_call_seconds_bucket{service="sts",outcome="ok",le="+Inf"}')).toBe(grew('latchkey_aws_call_seconds_count{service="sts",outcome="ok"}'))
  expect(waiting.value('latchkey_requests_pending')).toBe(after.value('latchkey_requests_pending') + 1)
  expect(grew('latchkey_grants{state="active"}')).toBe(1)
  expect(after.value('latchkey_database_up')).toBe(1)
  expect(after.value('latchkey_process_memory_bytes{kind="resident"}')).toBeGreaterThan(50_000_000)
  expect(after.value('latchkey_database_connections{state="idle"}') + after.value('latchkey_database_connections{state="busy"}')).toBeGreaterThan(0)
  expect(after.value('latchkey_event_loop_delay_seconds{quantile="0.99"}')).toBeGreaterThan(0)
  expect(after.text).toMatch(/latchkey_trail_lag_seconds\{account="301122334455",region="[a-z0-9-]+"\} [\d.]+/)
  expect(after.text).toMatch(/latchkey_loop_last_success_seconds\{loop="sealer"\} [\d.]+/)
  expect(after.text).toContain('latchkey_record_unsealed ')
  for (const line of after.text.trimEnd().split('\n')) expect.soft(line).toMatch(/^(# (HELP|TYPE) latchkey_\w+ .+|latchkey_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [-+\d.e]+)$/)
  for (const personal of ['maya', 'Chen', 'northwind', grantId, requestId]) expect(after.text.toLowerCase()).not.toContain(personal.toLowerCase())
})
