import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'

// Next.js bundles routes and instrumentation apart; there is still one request.
const holder = globalThis as typeof globalThis & { latchkeyRequest?: AsyncLocalStorage<string> }
const storage = (holder.latchkeyRequest ??= new AsyncLocalStorage<string>())

const header = 'x-request-id'
const sane = /^[A-Za-z0-9][A-Za-z0-9._:/=-]{7,99}$/

/** What came, when it is short and plain enough to stand in a log and a header; else a new one. */
export const chooseRequestId = (came: string | undefined): string => (came !== undefined && sane.test(came) ? came : randomUUID())

/** The id of the request that is being answered; undefined in background work. */
export const currentRequestId = (): string | undefined => storage.getStore()

/**
 * Gives every request an id that all its log lines carry and its answer names. Node.js tells of a request before anybody
 * handles it, on the stack that handles it.
 */
export function nameRequests(): void {
  subscribe('http.server.request.start', (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse }
    const id = chooseRequestId(request.headers[header] as string | undefined)
    request.headers[header] = id
    response.setHeader(header, id)
    storage.enterWith(id)
  })
}
