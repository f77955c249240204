import { createServer, type IncomingMessage, request as ask, type ServerResponse } from 'node:http'

export type Served = { target: string; method: string; path: string }
export type RunningProxy = {
  url: string
  /** Which replica answered what, in the order of the requests. */
  served: readonly Served[]
  close(): Promise<void>
}

/**
 * A load balancer of the simplest kind on 127.0.0.1: each request goes to the next replica, with its Host header as it
 * came, bodies and event streams passed on as they flow. A replica that takes no connection is passed over; one that
 * breaks off before it answered is too, where asking again changes nothing (RFC 9110, section 9.2.2). A test that wants
 * a certain replica first names it by its number in `x-replica`.
 */
export async function startProxy(port: number, targets: readonly string[]): Promise<RunningProxy> {
  const served: Served[] = []
  let turn = 0
  const pass = (incoming: IncomingMessage, outgoing: ServerResponse, first: number, tried = 0): void => {
    const target = targets[(first + tried) % targets.length] ?? ''
    const { hostname, port: targetPort } = new URL(target)
    const upstream = ask({ host: hostname === 'localhost' ? '127.0.0.1' : hostname, port: targetPort, method: incoming.method, path: incoming.url, headers: incoming.headers, agent: false })
    let connected = false
    const again = incoming.method === 'GET' || incoming.method === 'HEAD'
    upstream.once('socket', (socket) => socket.once('connect', () => {
      connected = true
      served.push({ target, method: incoming.method ?? '', path: incoming.url ?? '' })
      incoming.pipe(upstream)
    }))
    upstream.once('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
      answer.once('error', () => outgoing.destroy())
      answer.once('close', () => answer.complete || outgoing.destroy())
    })
    upstream.once('error', () => {
      if ((!connected || again) && !outgoing.headersSent && tried + 1 < targets.length) return pass(incoming, outgoing, first, tried + 1)
      if (outgoing.headersSent) outgoing.destroy()
      else outgoing.writeHead(502).end()
    })
    outgoing.once('close', () => connected && upstream.destroy())
  }
  const server = createServer((incoming, outgoing) => pass(incoming, outgoing, Number(incoming.headers['x-replica'] ?? turn++)))
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  return {
    url: `http://localhost:${port}`,
    served,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
