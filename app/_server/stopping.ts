import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, Server } from 'node:http'
import { peerHeader } from './client-address.ts'

type Drain = { stopping: boolean; servers: Set<Server>; last: Set<() => void> }
// Next.js bundles routes and instrumentation apart; the process still stops once.
const holder = globalThis as typeof globalThis & { latchkeyDrain?: Drain }
const drain = (holder.latchkeyDrain ??= { stopping: false, servers: new Set(), last: new Set() })

/** Whether this process is on its way out: it answers what it began and wants nothing new. */
export const isStopping = (): boolean => drain.stopping

/** `end` is called when the process begins to stop: for answers that would otherwise never end, such as event streams. */
export function endWhenStopping(end: () => void): () => void {
  drain.last.add(end)
  return () => drain.last.delete(end)
}

/**
 * Learns which HTTP servers answer in this process: Next.js keeps its own to itself, Node.js names it with each request.
 * Also writes down who called, before anybody reads the request.
 */
export function watchServers(): void {
  subscribe('http.server.request.start', (message) => {
    const { server, request } = message as { server: Server; request: IncomingMessage }
    drain.servers.add(server)
    request.headers[peerHeader] = request.socket.remoteAddress ?? 'unknown'
  })
}

/** Takes no new connection, ends the streams, and resolves when every answer that was begun has been sent. */
export async function finishAnswers(): Promise<void> {
  drain.stopping = true
  const closed = [...drain.servers].map((server) => new Promise<void>((resolve) => server.close(() => resolve())))
  for (const end of drain.last) end()
  await Promise.all(closed)
}
