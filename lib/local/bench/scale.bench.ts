import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Database, openDatabase } from '#lib/db/client.ts'
import { startApp } from '../stack/start-app.ts'
import { startStack } from '../stack/start-stack.ts'
import { freePort } from '../test/free-port.ts'
import { atMost, type BenchCase, informs, orProblem, percentile } from './bench-case.ts'
import { fillBigCompany, writeBigCatalogue } from './big-company.ts'
import { fillEvents } from './many-events.ts'
import { navigate } from './navigate.ts'
import { signInAs } from './sign-in-as.ts'
import { benchMemory } from './weight.bench.ts'

type Page = { name: string; path: string; cookie: string }

const warmUp = 20
const samples = 80

/**
 * The portal of a big company: 100,000 requests, 1,000 accounts, 5,000 profiles, 600,000 entries of the record. The
 * processes, PostgreSQL and this measuring one share the machine.
 */
export async function benchScale(say: (text: string) => void, events: number): Promise<BenchCase[]> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'latchkey-scale-'))
  const ports = { app: await freePort(), provider: await freePort(), aws: await freePort(), postgres: await freePort() }
  const stack = await startStack({ dataDir, ports, cloudTrailDelayMs: 0 })
  const environment = { ...stack.environment, CATALOG_FILE: writeBigCatalogue(dataDir) }
  const log = path.join(dataDir, 'app.log')
  const db = openDatabase(stack.environment.DATABASE_URL ?? '')
  try {
    say('5,000 profiles loaded, then 100,000 requests')
    // Without the worker: rows that no real grant wrote would keep it busy, and database time is to be the pages' own.
    const first = await startApp({ ...environment, LATCHKEY_WORKER: 'off' }, log)
    await first.stop()
    await fillBigCompany(stack.ownerUrl)
    const started = performance.now()
    const app = await startApp({ ...environment, LATCHKEY_WORKER: 'off' }, log)
    const start = atMost('start of the built app, 5,000 profiles', 's', (performance.now() - started) / 1_000, 2, 1)
    try {
      const cookieOf = async (persona: string): Promise<string> => (await signInAs(db, environment, persona)).cookie
      const pages = pagesOf({ holder: await cookieOf('maya'), approver: await cookieOf('ana'), admin: await cookieOf('lena') })
      say('Each page alone')
      const alone: BenchCase[] = []
      for (const page of pages) alone.push(...(await benchPage(db, stack.publicUrl, page)))
      say('50 people clicking')
      const crowd = await benchCrowd(stack.publicUrl, pages)
      say('10,000 mixed requests')
      const growth = await benchGrowth(app.pid, stack.publicUrl, pages)
      say(`${events.toLocaleString('en')} events`)
      const cookie = await cookieOf('rosa')
      const watching = await orProblem('many events', async () => benchWatching(db, stack.publicUrl, cookie, await fillEvents(stack.ownerUrl, events), events))
      return [start, ...alone, ...crowd, growth, ...watching]
    } finally {
      await app.stop()
    }
  } finally {
    await db.$disconnect()
    await stack.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

const pagesOf = ({ holder, approver, admin }: { holder: string; approver: string; admin: string }): Page[] => [
  { name: 'my access', path: '/', cookie: holder },
  { name: 'catalogue', path: '/request', cookie: holder },
  { name: 'catalogue, searched', path: '/request?q=account+77', cookie: holder },
  { name: 'request form', path: '/request?profile=payments-prod-read', cookie: holder },
  { name: 'approval queue', path: '/approvals', cookie: approver },
  { name: 'dashboard', path: '/dashboard', cookie: admin },
  { name: 'findings', path: '/findings', cookie: admin },
  { name: 'record', path: '/record', cookie: admin },
  { name: 'record, searched', path: '/record?q=order+7777', cookie: admin },
]

/** The pages of those who watch, among many stored events. */
async function benchWatching(db: Database, baseUrl: string, cookie: string, sessionId: string, events: number): Promise<BenchCase[]> {
  const among = `among ${events / 1_000_000} M events`
  const pages = [{ name: `dashboard ${among}`, path: '/dashboard' }, { name: `sessions ${among}`, path: '/sessions' }, { name: `a session of 5,000 ${among}`, path: `/sessions/${sessionId}` }, { name: `its denied calls ${among}`, path: `/sessions/${sessionId}?show=denied` }]
  const cases: BenchCase[] = []
  for (const page of pages) cases.push(...(await benchPage(db, baseUrl, { ...page, cookie }, 150)))
  return cases
}

async function open(baseUrl: string, { path: place, cookie }: Pick<Page, 'path' | 'cookie'>): Promise<number> {
  const begun = performance.now()
  const answer = await fetch(`${baseUrl}${place}`, { headers: { cookie }, redirect: 'manual' })
  const text = await answer.text()
  if (answer.status !== 200) throw new Error(`${place} answered ${answer.status}: ${text.slice(0, 200)}`)
  return performance.now() - begun
}

/** From the first byte sent to the last received, on loopback; and what the database spent on it. */
async function benchPage(db: Database, baseUrl: string, page: Page, boundMs = 100): Promise<BenchCase[]> {
  for (let round = 0; round < warmUp; round += 1) await open(baseUrl, page)
  const before = await databaseMs(db)
  const took: number[] = []
  for (let round = 0; round < samples; round += 1) took.push(await open(baseUrl, page))
  const spent = ((await databaseMs(db)) - before) / samples
  return [atMost(`${page.name} at scale, p95`, 'ms', percentile(took, 0.95), boundMs, samples), informs(`${page.name} at scale, database`, 'ms', spent, samples)]
}

/** Time the server spent executing for this database so far. Sessions report it once they are idle, at most each second. */
async function databaseMs(db: Database): Promise<number> {
  await pause(1_500)
  const [row] = await db.$queryRaw<{ ms: number }[]>`SELECT active_time::float8 AS ms FROM pg_stat_database WHERE datname = current_database()`
  return row?.ms ?? 0
}

const people = 50
const clicksEach = 12

/** Each looks at a page for one to three seconds, clicks to the next one, and so on; nobody waits for anybody. */
async function benchCrowd(baseUrl: string, pages: readonly Page[]): Promise<BenchCase[]> {
  const took: number[] = []
  let errors = 0
  const click = async (page: Page): Promise<void> => {
    const begun = performance.now()
    const { status, text } = await navigate(baseUrl, page.path, page.cookie)
    if (status === 200 && text.length > 0) took.push(performance.now() - begun)
    else errors += 1
  }
  for (const page of pages) await navigate(baseUrl, page.path, page.cookie)
  const person = async (number: number): Promise<void> => {
    for (let turn = 0; turn < clicksEach; turn += 1) {
      await pause(1_000 + ((number * 37 + turn * 101) % 20) * 100)
      await click(pages[(number * 5 + turn) % pages.length] as Page)
    }
  }
  await Promise.all(Array.from({ length: people }, (_, number) => person(number)))
  const steady = [atMost('50 people clicking, p95', 'ms', percentile(took, 0.95), 500, took.length), atMost('50 people clicking, errors', '', errors, 0, took.length)]
  took.length = 0
  await Promise.all(Array.from({ length: people }, (_, number) => click(pages[number % pages.length] as Page)))
  return [...steady, informs('50 clicks in the same instant, the last answered', 'ms', Math.max(...took), took.length)]
}

const mixed = 10_000
const atOnce = 4

/** Resident memory after many requests of every kind, against before them. */
async function benchGrowth(pid: number, baseUrl: string, pages: readonly Page[]): Promise<BenchCase> {
  const holder = pages[0] as Page
  const light = ['/api/palette', '/api/health/ready', '/sign-in', '/api/health/live'].map((place) => ({ path: place, cookie: place === '/sign-in' ? '' : holder.cookie }))
  // One page in five, as navigation and background calls of a browser come.
  const kinds = pages.flatMap((page) => [page, ...light])
  const before = benchMemory(pid).value
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < mixed) await open(baseUrl, kinds[next++ % kinds.length] as Page)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  await pause(5_000)
  return atMost('memory grown by 10,000 mixed requests', 'MB', benchMemory(pid).value - before, 50, mixed, before)
}
