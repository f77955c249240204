import { one } from './database.ts'
import { noteSecret, stackFacts } from './facts.ts'
import { expect, test } from './fixtures.ts'
import { type Credentials, openGrant } from './journeys.ts'
import { startReplica } from './replica.ts'
import { callAction, cookieHeader } from './server-actions.ts'

const awsLatency = (ms: number) => fetch(`${stackFacts().awsUrl}/_local/latency`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ms }) })

test('a replica that is told to stop finishes the answer a person waits for, ends its streams and leaves with status 0', async ({ as }) => {
  const [maya, ana] = [await as('Maya Chen'), await as('Ana Kovac')]
  const { grantId } = await openGrant(maya, ana, 'sandbox-builder')
  const { app, url, remove } = await startReplica()
  const stream = await fetch(`${url}/api/live?topics=request`, { headers: { cookie: await cookieHeader(maya) } })
  const streamed = stream.text()
  await awsLatency(1_500)
  try {
    const revealing = callAction(maya, 'revealAction', { fields: { grantId }, baseUrl: url })
    await expect.poll(async () => (await one(`SELECT count(*)::int AS n FROM lease WHERE "grantId" = $1 AND purpose = 'reveal' AND state = 'minting'`, [grantId])).n).toBe(1)
    const stopped = app.stop()
    const { lease } = (await revealing).value as { lease: Credentials }
    noteSecret(lease.secretAccessKey, lease.sessionToken)
    expect(lease.accessKeyId).toMatch(/^ASIA/)
    expect(await streamed).toContain('retry: 2000')
    await stopped
    expect(await app.exited).toBe(0)
    expect(await one(`SELECT state::text FROM lease WHERE "grantId" = $1 AND purpose = 'reveal'`, [grantId])).toEqual({ state: 'minted' })
    await expect(fetch(`${url}/api/health/ready`)).rejects.toThrow()
  } finally {
    await awsLatency(0)
    await remove()
  }
})
