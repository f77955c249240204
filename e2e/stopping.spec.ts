import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type RunningApp, startApp } from '#lib/local/stack/start-app.ts'
import { freePort } from '#lib/local/test/free-port.ts'
import { one } from './database.ts'
import { noteSecret, stackFacts } from './facts.ts'
import { expect, test } from './fixtures.ts'
import { type Credentials, openGrant } from './journeys.ts'
import { callAction, cookieHeader } from './server-actions.ts'

/** A second replica beside the one of all journeys: the same database, an address of its own. */
async function startReplica(folder: string): Promise<{ app: RunningApp; url: string }> {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const app = await startApp({ ...stackFacts().environment, PORT: String(port), PUBLIC_URL: url }, path.join(folder, 'replica.log'))
  return { app, url }
}

const awsLatency = (ms: number) => fetch(`${stackFacts().awsUrl}/_local/latency`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ms }) })

test('a replica that is told to stop finishes the answer a person waits for, ends its streams and leaves with status 0', async ({ as }) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'latchkey-replica-'))
  const [maya, ana] = [await as('Maya Chen'), await as('Ana Kovac')]
  const { grantId } = await openGrant(maya, ana, 'sandbox-builder')
  const { app, url } = await startReplica(folder)
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
    app.kill()
    await rm(folder, { recursive: true, force: true })
  }
})
