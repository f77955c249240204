import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseCatalog } from '#lib/catalog/parse-catalog.ts'
import { syncCatalog } from '#lib/catalog/sync-catalog.ts'
import { openDatabase } from '#lib/db/client.ts'
import { closeServices, openDemoServices } from '../../demo/prepare-history.ts'
import { createMovableClock } from '../../clock.ts'
import { type Stack, startStack } from '../../stack/start-stack.ts'
import { freePort } from '../../test/free-port.ts'
import { type KillReport, killRounds } from './kill-rounds.ts'
import { type RaceReport, raceDecisions } from './raced-decisions.ts'

type Options = { seed: number; signal: AbortSignal; say: (text: string) => void }

/** Kills workers on a stack of their own. */
export function tortureByKills(options: Options & { rounds: number }): Promise<KillReport> {
  return withStack((stack) => killRounds(stack, options))
}

/** Races decisions on a stack of their own. */
export function tortureByRaces(options: Omit<Options, 'say'> & { count: number }): Promise<RaceReport> {
  return withStack(async (stack) => {
    const services = await openDemoServices(stack, createMovableClock())
    try {
      return await raceDecisions(services, options)
    } finally {
      await closeServices(services)
    }
  })
}

async function withStack<Result>(work: (stack: Stack) => Promise<Result>): Promise<Result> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'latchkey-kills-'))
  const ports = { app: await freePort(), provider: await freePort(), aws: await freePort(), postgres: await freePort() }
  const stack = await startStack({ dataDir, ports, cloudTrailDelayMs: 0 })
  try {
    await loadDemoCatalog(stack)
    return await work(stack)
  } finally {
    await stack.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function loadDemoCatalog(stack: Stack): Promise<void> {
  const owner = openDatabase(stack.ownerUrl)
  const catalog = parseCatalog(await readFile('lib/local/demo/catalog.yaml', 'utf8'))
  if (!catalog.ok) throw new Error('The demo catalogue cannot be read.')
  await syncCatalog(owner, catalog.catalog, new Date())
  await owner.$disconnect()
}
