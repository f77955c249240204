import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type RunningApp, startApp } from '#lib/local/stack/start-app.ts'
import { freePort } from '#lib/local/test/free-port.ts'
import { stackFacts } from './facts.ts'

export type Replica = { app: RunningApp; url: string; logFile: string; remove: () => Promise<void> }

/** A second replica beside the one of all journeys: the same database, an address and, where wanted, settings of its own. */
export async function startReplica(settings: Record<string, string> = {}): Promise<Replica> {
  const folder = await mkdtemp(path.join(tmpdir(), 'latchkey-replica-'))
  const port = await freePort()
  const url = `http://localhost:${port}`
  const logFile = path.join(folder, 'replica.log')
  const app = await startApp({ ...stackFacts().environment, PORT: String(port), PUBLIC_URL: url, ...settings }, logFile)
  return {
    app,
    url,
    logFile,
    remove: async () => {
      app.kill()
      await app.exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}
