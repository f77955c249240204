import 'server-only'
import { listenerClient } from '#lib/db/listener-client.ts'
import { liveChannel } from '#lib/record/seal-entries.ts'
import { logError } from './log.ts'
import { getServices } from './services.ts'

type Listener = (topics: readonly string[]) => void

type Hub = { listeners: Set<Listener>; started: boolean; lastSaidMs: Map<string, number> }

const holder = globalThis as typeof globalThis & { latchkeyLive?: Hub }
const hub = (holder.latchkeyLive ??= { listeners: new Set(), started: false, lastSaidMs: new Map() })

const comeBackAfterMs = 2_000
/** A connection that a firewall forgot looks open for ever; asking it something finds out. */
const askEveryMs = 30_000

/** Calls `listener` with the topics of every change that any replica committed. Returns how to stop. */
export function listenLive(listener: Listener): () => void {
  hub.listeners.add(listener)
  if (!hub.started) {
    hub.started = true
    void connect()
  }
  return () => hub.listeners.delete(listener)
}

/** One connection a process listens for all its browsers; it comes back by itself, and then says that everything may have changed. */
async function connect(): Promise<void> {
  const { config } = await getServices()
  const client = listenerClient(config.databaseUrl)
  let over = false
  const again = (error?: Error): void => {
    if (over) return
    over = true
    clearInterval(asking)
    if (error) logError('live', error)
    client.end().catch(() => undefined)
    setTimeout(() => void connect(), comeBackAfterMs)
  }
  const asking = setInterval(() => void client.query('SELECT 1').catch(again), askEveryMs)
  client.on('error', again)
  client.on('end', () => again())
  client.on('notification', ({ payload }) => publish((payload ?? '').split(',')))
  try {
    await client.connect()
    await client.query(`LISTEN ${liveChannel}`)
    publish(['*'])
  } catch (error) {
    again(error instanceof Error ? error : undefined)
  }
}

/** The topic among `wanted` that was last spoken of at or after `sinceMs` (epoch), as far as this process has heard. */
export function saidSince(wanted: ReadonlySet<string>, sinceMs: number): string | undefined {
  for (const [topic, atMs] of hub.lastSaidMs) if (atMs >= sinceMs && (topic === '*' || wanted.has(topic))) return topic
  return undefined
}

/** A listener that fails has nobody behind it any more; the others are still told. */
function publish(topics: readonly string[]): void {
  const now = Date.now()
  for (const topic of topics) hub.lastSaidMs.set(topic, now)
  for (const listener of hub.listeners) {
    try {
      listener(topics)
    } catch {
      hub.listeners.delete(listener)
    }
  }
}
