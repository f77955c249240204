import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { type Database } from '#lib/db/client.ts'
import { signInAs } from '../bench/sign-in-as.ts'
import { pageDoors } from '../doors/address-doors.ts'
import { builtActions } from '../doors/inventory.ts'
import { makeThings } from '../doors/make-things.ts'
import { faultOf } from './judge.ts'
import { type RawRequest, sendRaw } from './raw-http.ts'
import { mutatedRequests } from './requests.ts'

export type FuzzTarget = { db: Database; environment: Record<string, string>; baseUrl: string }
export type FuzzOptions = { count: number; seed: number; doors: readonly string[]; signal?: AbortSignal }
export type FuzzFault = { door: string; seed: number; fault: string; request: string }
export type FuzzReport = { sent: Map<string, number>; ms: Map<string, number>; statuses: Map<number, number>; faults: FuzzFault[] }

const batchSize = 25
const atOnce = 6
/** After this many there is enough to mend. */
const mostFaults = 40

type Senders = { things: Awaited<ReturnType<typeof makeThings>>; cookies: readonly string[] }

/** The holder of the things, an admin, who decides requests, and now and then nobody. */
async function freshSenders({ db, environment }: FuzzTarget): Promise<Senders> {
  const holder = await signInAs(db, environment, 'maya')
  const admin = await signInAs(db, environment, 'lena')
  const approver = await signInAs(db, environment, 'ana')
  // The person is the admin, whom nobody here can switch off: the senders stay signed in.
  return { things: { ...(await makeThings(db, holder.personId, 'sandbox-ci')), personId: admin.personId }, cookies: [holder.cookie, admin.cookie, holder.cookie, approver.cookie, admin.cookie, ''] }
}

/** As it can be read and sent again; long bodies by their beginning, since the seed has the whole. */
const shown = ({ method, path, headers, body, cutAfter }: RawRequest): string =>
  JSON.stringify({ method, path: path.toString('latin1').slice(0, 2_000), headers: headers.filter(([name]) => name !== 'Cookie').map(([name, value]) => `${name}: ${value.toString('latin1').slice(0, 300)}`), body: body.toString('latin1').slice(0, 2_000), bytes: body.length, cutAfter })

/**
 * Sends `count` mutated requests, shared by `doors` (all, when it is empty), from `seed` on: the same seed sends
 * the same again but for ids and sign-ins, which are new each time. The server must be up at `baseUrl`, with its limits
 * a minute raised. Ends early when there are many faults.
 */
export async function fuzz(target: FuzzTarget, { count, seed, doors, signal, onBatch }: FuzzOptions & { onBatch?: (sent: number, faults: readonly FuzzFault[]) => void }): Promise<FuzzReport> {
  const report: FuzzReport = { sent: new Map(), ms: new Map(), statuses: new Map(), faults: [] }
  const built = builtActions()
  let sent = 0
  for (let round = 0; sent < count && report.faults.length < mostFaults && !signal?.aborted; round += 1) {
    const senders = await freshSenders(target)
    const all = mutatedRequests(built, senders.things, target.baseUrl)
    for (const [door, requests] of all) {
      if (sent >= count || signal?.aborted || (doors.length > 0 && !doors.includes(door)) || round % everyHowManyRounds(door) > 0) continue
      const batchSeed = seed + round
      // Its name is in the seed: otherwise every action would get the same mutations.
      const batch = fc.sample(requests, { seed: createHash('sha256').update(`${batchSeed} ${door}`).digest().readInt32BE(), numRuns: Math.min(batchSize, count - sent) })
      const { cookies } = door === 'signOutAction' ? await freshSenders(target) : senders
      const before = report.faults.length
      const begun = performance.now()
      await sendBatch(target, { door, seed: batchSeed, batch, cookies }, report)
      report.ms.set(door, (report.ms.get(door) ?? 0) + performance.now() - begun)
      sent += batch.length
      report.sent.set(door, (report.sent.get(door) ?? 0) + batch.length)
      onBatch?.(sent, report.faults.slice(before))
    }
  }
  return report
}

/** Pages cost most and offer least to mutate, those that read nothing of their address least of all. */
function everyHowManyRounds(door: string): number {
  const page = pageDoors[door]
  return page === undefined ? 1 : page.params || page.query ? 2 : 8
}

type Batch = { door: string; seed: number; batch: readonly RawRequest[]; cookies: readonly string[] }

async function sendBatch({ baseUrl }: FuzzTarget, { door, seed, batch, cookies }: Batch, report: FuzzReport): Promise<void> {
  const { port, host } = new URL(baseUrl)
  let next = 0
  const sender = async (): Promise<void> => {
    while (next < batch.length) {
      const index = next++
      const request = withCookie(batch[index] as RawRequest, cookies[index % cookies.length] ?? '')
      const fault = await sendRaw(Number(port), host, request).then(
        (answer) => {
          report.statuses.set(answer.status, (report.statuses.get(answer.status) ?? 0) + 1)
          return faultOf(request, answer)
        },
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      )
      if (fault) report.faults.push({ door, seed, fault, request: shown(request) })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, sender))
}

function withCookie(request: RawRequest, cookie: string): RawRequest {
  if (cookie === '' || request.headers.some(([name]) => name === 'cookie')) return request
  return { ...request, headers: [...request.headers, ['Cookie', Buffer.from(cookie)]] }
}

/** Failures of the product in its log. What the framework says of requests that it cannot read has its own place, which our own pages share. */
export function loggedFailures(log: string): string[] {
  const errors = log.split('\n').filter((line) => line.includes('"level":"error"') && (!line.includes('"place":"server"') || /prisma|DriverAdapter/i.test(line)))
  return [...new Set(errors.map((line) => line.replace(/"at":"[^"]*"|"(request|reference)":"[^"]*"/g, '').slice(0, 600)))]
}
