import type { IncomingMessage } from 'node:http'

/** One request as it arrived, before anybody believed it. */
export type HttpRequest = {
  readonly method: string
  /** Percent-encoded, as sent. */
  readonly path: string
  readonly query: URLSearchParams
  /** Lower-case names; values of a repeated header joined by a comma, as SigV4 wants them. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
  /** Aborted when whoever asked hangs up before the answer. */
  readonly gone: AbortSignal
}

export async function readHttpRequest(message: IncomingMessage, gone: AbortSignal): Promise<HttpRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  const [path = '/', ...search] = (message.url ?? '/').split('?')
  const headers = new Map<string, string>()
  for (let index = 0; index + 1 < message.rawHeaders.length; index += 2) {
    const name = message.rawHeaders[index]!.toLowerCase()
    const value = message.rawHeaders[index + 1]!
    const earlier = headers.get(name)
    headers.set(name, earlier === undefined ? value : `${earlier},${value}`)
  }
  return {
    method: message.method ?? 'GET',
    path,
    query: new URLSearchParams(search.join('?')),
    headers,
    body: Buffer.concat(chunks),
    gone,
  }
}
