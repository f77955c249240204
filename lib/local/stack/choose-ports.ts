import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import path from 'node:path'
import { freePort } from '../test/free-port.ts'
import { PlainError } from './plain-error.ts'
import type { StackPorts } from './start-stack.ts'

const names = { provider: 'the identity provider', aws: 'the local AWS', postgres: 'PostgreSQL' } as const
type Dependency = keyof typeof names
const dependencies = Object.keys(names) as Dependency[]

/** What `PORT` asks for: 3000 unless told. */
export function readPort(text: string | undefined): number {
  if (text === undefined || text.trim() === '') return 3_000
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : Number.NaN
  if (!(port >= 1 && port <= 65_535)) throw new PlainError(`PORT is "${text}"; it must be a number from 1 to 65535.`)
  return port
}

/**
 * The ports of this copy. The three behind the app follow its port where they are free at the first start, and are kept
 * in `ports.json` from then on: people are known by the provider's address and their subject, so it must not change.
 */
export async function choosePorts(app: number, dataDir: string): Promise<StackPorts> {
  await refuseBusy(app, `Port ${app} is in use by another program. Stop that program, or choose another port: PORT=${otherPort(app)} npm run demo`)
  const file = path.join(dataDir, 'ports.json')
  const kept = readKept(file)
  if (kept) {
    for (const name of dependencies) {
      await refuseBusy(kept[name], `Port ${kept[name]}, which ${names[name]} of this copy has used since its first start, is in use by another program. Stop that program, or start over with other ports: npm run demo -- --reset`)
    }
    return { app, ...kept }
  }
  const chosen: Record<Dependency, number> = { provider: 0, aws: 0, postgres: 0 }
  for (const [index, name] of dependencies.entries()) chosen[name] = await freeNear(app + 1 + index)
  writeFileSync(file, JSON.stringify(chosen))
  return { app, ...chosen }
}

function readKept(file: string): Record<Dependency, number> | undefined {
  if (!existsSync(file)) return undefined
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Record<Dependency, number>
    return dependencies.every((name) => Number.isInteger(kept[name])) ? kept : undefined
  } catch {
    return undefined
  }
}

const otherPort = (port: number): number => (port <= 65_000 ? port + 100 : port - 100)
const freeNear = async (port: number): Promise<number> => (port <= 65_535 && (await stateOf(port)) === 'free' ? port : freePort())

async function refuseBusy(port: number, sentence: string): Promise<void> {
  const state = await stateOf(port)
  if (state === 'busy') throw new PlainError(sentence)
  if (state === 'forbidden') throw new PlainError(`This user may not listen on port ${port}. Choose a port above 1023: PORT=3000 npm run demo`)
}

/**
 * Whether a port can be ours alone: bindable on 127.0.0.1, and answered by nobody on either loopback address. A browser
 * takes `localhost` for ::1 first, so a stranger there would be shown instead of the demo.
 */
export async function stateOf(port: number): Promise<'free' | 'busy' | 'forbidden'> {
  const bound = await new Promise<'free' | 'busy' | 'forbidden'>((resolve) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EACCES' || error.code === 'EPERM' ? 'forbidden' : 'busy'))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve('free')))
  })
  if (bound !== 'free') return bound
  const answered = await Promise.all([answers(port, '127.0.0.1'), answers(port, '::1')])
  return answered.includes(true) ? 'busy' : 'free'
}

function answers(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: 500 })
    const end = (answer: boolean) => (): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false))
  })
}
