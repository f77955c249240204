import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../test/free-port.ts'
import { choosePorts, readPort, stateOf } from './choose-ports.ts'

describe('Ports of a local copy', () => {
  let dataDir: string
  const servers: Server[] = []
  const listen = async (port: number, host: string): Promise<void> => {
    const server = createServer()
    servers.push(server)
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  }
  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'latchkey-ports-'))
  })
  afterEach(async () => {
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
    await rm(dataDir, { recursive: true })
  })

  it('are 3000 unless told, and a number in any case', () => {
    expect(readPort(undefined)).toBe(3_000)
    expect(readPort('')).toBe(3_000)
    expect(readPort(' 4100 ')).toBe(4_100)
    for (const text of ['0', '65536', '-1', '3e3', 'http', '99999999']) expect(() => readPort(text)).toThrow(/must be a number from 1 to 65535/)
  })

  it('are kept, because people are known by the address of their provider', async () => {
    const app = await freePort()
    const first = await choosePorts(app, dataDir)
    expect(new Set(Object.values(first)).size).toBe(4)
    expect(await choosePorts(app, dataDir)).toEqual(first)
    expect(JSON.parse(await readFile(path.join(dataDir, 'ports.json'), 'utf8'))).toEqual({ provider: first.provider, aws: first.aws, postgres: first.postgres })
  })

  it('make room for somebody who was there before the first start', async () => {
    const app = await freePort()
    await listen(app + 1, '127.0.0.1').catch(() => undefined)
    const ports = await choosePorts(app, dataDir)
    expect(ports.provider).not.toBe(app + 1)
  })

  it('are refused with a way out when somebody else has them', async () => {
    const app = await freePort()
    const { aws } = await choosePorts(app, dataDir)
    await listen(aws, '127.0.0.1')
    await expect(choosePorts(app, dataDir)).rejects.toThrow(new RegExp(`Port ${aws}, which the local AWS .* --reset`))
    await listen(app, '127.0.0.1')
    await expect(choosePorts(app, dataDir)).rejects.toThrow(new RegExp(`Port ${app} is in use by another program.*PORT=`))
  })

  it('are not free while somebody answers for localhost on IPv6', async (context) => {
    const port = await freePort()
    await listen(port, '::1').catch(() => context.skip())
    expect(await stateOf(port)).toBe('busy')
  })
})
