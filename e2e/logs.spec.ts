import { appLog, stackFacts } from './facts.ts'
import { expect, test } from './fixtures.ts'

const answeredId = async (id: string, path = '/sign-in'): Promise<string | null> => (await fetch(`${stackFacts().baseUrl}${path}`, { headers: { 'x-request-id': id } })).headers.get('x-request-id')

test('an answer names the request: by the id it came with when that is sane, else by a new one', async () => {
  for (const path of ['/sign-in', '/api/health/live', '/nothing-here', '/icon.svg']) expect(await answeredId('from-the-load-balancer-1', path), path).toBe('from-the-load-balancer-1')
  for (const id of ['short', `x${'y'.repeat(200)}`, '<script>alert(1)</script>']) expect(await answeredId(id)).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/)
})

test('every line of the log is JSON with time, level and place, but for what Next.js says before it starts', async () => {
  // A body that cannot be read is logged by the framework itself.
  await fetch(`${stackFacts().baseUrl}/sign-in`, { method: 'POST', headers: { 'Next-Action': '00'.repeat(21), 'Content-Type': 'text/plain', Origin: stackFacts().baseUrl, 'x-request-id': 'a-request-of-the-log-spec' }, body: 'garbage' })
  await expect.poll(() => appLog().includes('"request":"a-request-of-the-log-spec"')).toBe(true)
  const lines = appLog().split('\n').filter((line) => line !== '' && !/^(▲ Next\.js|- (Local|Network): |✓ )/.test(line))
  expect(lines.length).toBeGreaterThan(1)
  for (const line of lines) expect.soft(JSON.parse(line), line).toMatchObject({ at: expect.stringMatching(/^\d{4}-.*Z$/), level: expect.stringMatching(/^(info|warn|error)$/), place: expect.any(String) })
})
