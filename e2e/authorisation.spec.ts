import { type Database, openDatabase } from '#lib/db/client.ts'
import { signInAs } from '#lib/local/bench/sign-in-as.ts'
import { actionDoors, shutActions } from '#lib/local/doors/action-doors.ts'
import { pageDoors, pathOf, routeDoors, shutPages, shutRoutes } from '#lib/local/doors/address-doors.ts'
import { answerFor, type Caller, callers, stranger, type Things } from '#lib/local/doors/callers.ts'
import { builtInventory, sourceInventory } from '#lib/local/doors/inventory.ts'
import { makeThings, removeThings } from '#lib/local/doors/make-things.ts'
import { stackFacts } from './facts.ts'
import { expect, test } from './fixtures.ts'
import { outcomeOf, postCall } from './server-actions.ts'

/** One of the catalogue for the groups of most callers, one for none of them. */
const ownProfile = 'sandbox-ci'
const foreignProfile = 'data-export'

let db: Database
test.beforeAll(() => (db = openDatabase(stackFacts().environment.DATABASE_URL ?? '')))
test.afterAll(async () => {
  await db.$disconnect()
  const owner = openDatabase(stackFacts().ownerUrl)
  await removeThings(owner)
  await owner.$disconnect()
})

type Knock = { caller: Caller; whose: 'own' | 'foreign'; cookie: string; things: Things }

const names = Object.keys(callers) as Caller[]
const signIn = (persona: string): Promise<{ cookie: string; personId: string }> => signInAs(db, stackFacts().environment, persona)

/**
 * Each caller before their own things, then before somebody else's: every time with things and a sign-in that nobody
 * used yet, since some calls are allowed and use them up.
 */
async function* knocks(): AsyncGenerator<Knock> {
  for (const caller of names) {
    const persona = callers[caller]
    // Who is nobody has nothing of their own.
    for (const whose of persona ? (['own', 'foreign'] as const) : (['foreign'] as const)) {
      const { cookie, personId } = persona ? await signIn(persona) : { cookie: '', personId: '' }
      const owner = whose === 'own' ? personId : (await signIn(stranger)).personId
      yield { caller, whose, cookie, things: await makeThings(db, owner, whose === 'own' ? ownProfile : foreignProfile) }
    }
  }
}

test('the build offers the actions, routes and pages of the source, and the server no method beyond them', async () => {
  const source = sourceInventory()
  const addresses = [...new Set(source.routes.map((route) => route.replace(/^\w+ /, '')))].toSorted()
  expect(builtInventory()).toEqual({ ...source, routes: addresses })
  const { baseUrl } = stackFacts()
  for (const address of addresses) {
    const methods = source.routes.filter((route) => route.endsWith(` ${address}`)).map((route) => route.split(' ')[0])
    const answer = await fetch(`${baseUrl}${pathOf(address)}`, { method: 'OPTIONS' })
    expect.soft(new Set((answer.headers.get('allow') ?? '').split(', ')), address).toEqual(new Set([...methods, 'OPTIONS', ...(methods.includes('GET') ? ['HEAD'] : [])]))
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((name) => !methods.includes(name))) {
      expect.soft((await fetch(`${baseUrl}${pathOf(address)}`, { method, headers: { Origin: baseUrl } })).status, `${method} ${address}`).toBe(405)
    }
  }
})

test('every server action answers every role as its row says, about own things and about those of somebody else', async () => {
  test.setTimeout(120_000)
  for (const [name, door] of Object.entries(actionDoors)) {
    for await (const { caller, whose, cookie, things } of knocks()) {
      const answer = await postCall(name, door.call(things), { Cookie: cookie })
      expect.soft(`${name} by ${caller}, ${whose}: ${answer.status < 400} ${outcomeOf(answer)}`).toBe(`${name} by ${caller}, ${whose}: true ${answerFor(door[whose], caller, shutActions)}`)
    }
  }
})

test('what an action refuses changes nothing', async () => {
  const state = async ({ grantId, requestId, findingId }: Things): Promise<unknown> => [
    await db.grant.findUnique({ where: { id: grantId }, include: { leases: true } }),
    await db.request.findUnique({ where: { id: requestId }, include: { decisions: true } }),
    await db.finding.findUnique({ where: { id: findingId } }),
  ]
  const owner = await signIn(stranger)
  const things = await makeThings(db, owner.personId, foreignProfile)
  const before = await state(things)
  for (const caller of names) {
    const persona = callers[caller]
    const { cookie } = persona ? await signIn(persona) : { cookie: '' }
    for (const [name, door] of Object.entries(actionDoors)) if (answerFor(door.foreign, caller, shutActions) !== 'may') await postCall(name, door.call(things), { Cookie: cookie })
    expect.soft(await state(things), caller).toEqual(before)
  }
})

/** The answer's head; of a stream no more is wanted. */
async function visit(path: string, init: RequestInit): Promise<Response> {
  const stop = new AbortController()
  const answer = await fetch(`${stackFacts().baseUrl}${path}`, { ...init, redirect: 'manual', signal: stop.signal })
  stop.abort()
  return answer
}

test('every route answers every role with the status of its row, and is kept in no cache', async () => {
  test.setTimeout(120_000)
  const { baseUrl } = stackFacts()
  for (const [route, door] of Object.entries(routeDoors)) {
    const [method = 'GET'] = route.split(' ')
    for await (const { caller, whose, cookie, things } of knocks()) {
      const form = door.form?.(things)
      const answer = await visit(door.path ?? pathOf(route), { method, headers: { Cookie: cookie, Origin: baseUrl }, ...(form ? { body: new URLSearchParams(form) } : {}) })
      expect.soft(`${route} by ${caller}, ${whose}: ${answer.status}`).toBe(`${route} by ${caller}, ${whose}: ${answerFor(door[whose], caller, shutRoutes)}`)
      expect.soft(answer.headers.get('cache-control'), route).toContain('no-store')
    }
  }
})

test('every page answers every role with the status of its row, or sends them where the row says', async () => {
  test.setTimeout(120_000)
  for (const [page, door] of Object.entries(pageDoors)) {
    for await (const { caller, whose, cookie, things } of knocks()) {
      // A page about nobody's things is the same for everybody's.
      if (whose === 'own' && !door.params) continue
      const answer = await visit(pathOf(page, door.params?.(things)), { headers: { Cookie: cookie } })
      const outcome = answer.status === 307 ? new URL(answer.headers.get('location') ?? '', stackFacts().baseUrl).pathname : String(answer.status)
      expect.soft(`${page} by ${caller}, ${whose}: ${outcome}`).toBe(`${page} by ${caller}, ${whose}: ${answerFor(door[whose], caller, shutPages)}`)
    }
  }
})
