import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type RunningApp, startApp } from '#lib/local/stack/start-app.ts'
import { freePort } from '#lib/local/test/free-port.ts'
import { one } from './database.ts'
import { noteSecret, stackFacts } from './facts.ts'
import { expect, test } from './fixtures.ts'
import { openGrant } from './journeys.ts'
import { builtActions, cookieHeader } from './server-actions.ts'

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
  const cookie = await cookieHeader(maya)
  const stream = await fetch(`${url}/api/live?topics=request`, { headers: { cookie } })
  const streamed = stream.text()
  await awsLatency(1_500)
  try {
    const form = new FormData()
    form.append('_1_grantId', grantId)
    form.append('0', '[null,"$K1"]')
    const action = builtActions().get('revealAction')?.id ?? ''
    const revealing = fetch(`${url}/grants/${grantId}/credentials`, { method: 'POST', headers: { cookie, origin: url, 'next-action': action, accept: 'text/x-component' }, body: form })
    await expect.poll(async () => (await one(`SELECT count(*)::int AS n FROM lease WHERE "grantId" = $1 AND purpose = 'reveal' AND state = 'minting'`, [grantId])).n).toBe(1)
    const stopped = app.stop()
    const answer = await (await revealing).text()
    for (const [, secret = ''] of answer.matchAll(/"(?:secretAccessKey|sessionToken)":"([^"]+)"/g)) noteSecret(secret)
    expect(answer).toMatch(/"accessKeyId":"ASIA/)
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
