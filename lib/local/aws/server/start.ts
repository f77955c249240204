import { EventEmitter } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createMovableClock, type MovableClock } from '../../clock.ts'
import { createTrailStore } from '../cloudtrail/store.ts'
import { createBlobStore } from '../core/blobs.ts'
import { createFaultRules } from '../core/faults.ts'
import { readHttpRequest } from '../core/http-request.ts'
import { createSessionSealer } from '../core/session-token.ts'
import type { World } from '../core/world.ts'
import { federationAnswer } from '../federation/endpoint.ts'
import { identityCenterSettings } from '../sso/instance.ts'
import { seedOrganisation, type LocalOrganisation } from '../seed.ts'
import { controlAnswer } from './control-endpoint.ts'
import { createControl, type LocalAwsControl } from './control.ts'
import { dispatch } from './dispatch.ts'
import { loadState, saveState, sessionKey } from './state-file.ts'

export type LocalAwsOptions = {
  /** 0, the default: any free port. */
  readonly port?: number
  readonly clock?: MovableClock
  /** Where state, events and the token key are kept; in memory only when absent. */
  readonly dataDir?: string
  readonly seed: LocalOrganisation
  readonly cloudTrailDelayMs?: number
  readonly latencyMs?: number
  readonly iamPropagationMs?: number
}

export type LocalAws = LocalAwsControl & {
  readonly url: string
  readonly clock: MovableClock
  close(): Promise<void>
}

export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const world = createWorld(options)
  const control = createControl(world)
  world.save()
  const server = createServer((message, response) => {
    void answer(world, control, message, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    // Loopback only: it holds no secrets of anybody, but it obeys whoever reaches its control endpoint.
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { ...control, url, clock: world.clock, close: () => close(world, server) }
}

function createWorld(options: LocalAwsOptions): World {
  const { dataDir, seed } = options
  const sealer = createSessionSealer(sessionKey(dataDir))
  const blobs = createBlobStore(dataDir)
  const stored = dataDir === undefined ? undefined : loadState(dataDir)
  const seeded = seedOrganisation(seed, (bytes) => blobs.put(bytes))
  return {
    clock: options.clock ?? createMovableClock(),
    seed,
    // A folder from before there was an organisation gets the seed's.
    state: { ...seeded, ...stored },
    sealer,
    trail: createTrailStore(dataDir),
    blobs,
    faults: createFaultRules(),
    settings: {
      latencyMs: options.latencyMs ?? 0,
      cloudTrailDelayMs: options.cloudTrailDelayMs ?? 0,
      iamPropagationMs: options.iamPropagationMs ?? 0,
    },
    iamViews: new Map(),
    identityCenter: identityCenterSettings(),
    queues: { arrivals: new EventEmitter().setMaxListeners(0), duplicates: 0 },
    lookupBuckets: new Map(),
    save() {
      if (dataDir !== undefined) saveState(dataDir, this.state)
    },
  }
}

async function answer(world: World, control: LocalAwsControl, message: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const http = await readHttpRequest(message, gone.signal)
    const own = controlAnswer(world, control, http)
    if (own === undefined && world.settings.latencyMs > 0) await sleep(world.settings.latencyMs)
    const result = own ?? federationAnswer(world, http) ?? (await dispatch(world, http))
    if (result === 'drop') {
      message.socket.destroy()
      return
    }
    // SDKs correct their idea of the time by this header.
    response.setHeader('date', world.clock.now().toUTCString())
    response.writeHead(result.status, { ...result.headers, ...(http.method === 'HEAD' ? {} : { 'content-length': Buffer.byteLength(result.body) }) })
    response.end(http.method === 'HEAD' ? undefined : result.body)
  } catch (error) {
    console.error('The local AWS could not answer', error)
    message.socket.destroy()
  }
}

async function close(world: World, server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  world.save()
}
