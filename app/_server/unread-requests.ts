import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'

type Reading = { begun: boolean }
// Next.js bundles routes and instrumentation apart; there is still one request.
const holder = globalThis as typeof globalThis & { latchkeyReading?: AsyncLocalStorage<Reading> }
const storage = (holder.latchkeyReading ??= new AsyncLocalStorage<Reading>())

/** Says that the request was read and our own code is at work: from here on, a failure is ours. Nothing outside a request. */
export function noteBegun(): void {
  const reading = storage.getStore()
  if (reading) reading.begun = true
}

/** Whether what failed was ours: outside a request, everything is. */
export const hasBegun = (): boolean => storage.getStore()?.begun ?? true

/**
 * Next.js answers 500 to an action's body and to an address that it cannot read, as if the server had failed. Whatever
 * fails before any code of ours began is the sender's mistake: it is answered 400.
 */
export function blameUnreadRequests(): void {
  subscribe('http.server.request.start', (message) => {
    const { response } = message as { response: ServerResponse }
    const reading: Reading = { begun: false }
    storage.enterWith(reading)
    const writeHead = response.writeHead.bind(response) as (status: number, ...rest: unknown[]) => ServerResponse
    response.writeHead = (status: number, ...rest: unknown[]) => writeHead(status === 500 && !reading.begun ? 400 : status, ...rest)
  })
}
