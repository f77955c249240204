import { readFile } from 'node:fs/promises'
import { after, minutes, seconds } from '#lib/config/clock.ts'
import { parseCatalog } from '#lib/catalog/parse-catalog.ts'
import { syncCatalog } from '#lib/catalog/sync-catalog.ts'
import { anchorHead } from '#lib/record/checkpoints/anchor-head.ts'
import { sealEntries } from '#lib/record/seal-entries.ts'
import { raiseFindings } from '#lib/detection/raise/raise-findings.ts'
import { pollTrail } from '#lib/trail/poll-trail.ts'
import type { TrailPace } from '#lib/trail/trail-pace.ts'
import type { Services } from '../../../../app/_server/services.ts'
import type { LocalAws } from '../../aws/server/start.ts'
import type { MovableClock } from '../../clock.ts'
import { createRandom } from '../random.ts'
import { planEverydays } from './everyday.ts'
import { planIncidents } from './incidents.ts'
import { moveDate } from './moved-date.ts'
import { planPresent } from './present.ts'
import { planReviews } from './reviews.ts'
import { openTheatre, type Theatre } from './theatre.ts'

export type HistoryOptions = {
  services: Services
  clock: MovableClock
  aws: LocalAws
  days: number
  /** Requests on an ordinary weekday. */
  perWeekday?: number
  onDay?: (day: number) => void
  /** What went wrong in a story; the others go on. */
  onProblem: (error: unknown) => void
  signal?: AbortSignal
}

const day = minutes(1_440)
/** In the past CloudTrail is read a few times a day, each grant at least once after its end. */
const pastPace: Partial<TrailPace> = { activeMs: minutes(100), quietMs: minutes(100), afterEndMs: minutes(240) }
/** Near the present every few minutes, as the worker that takes over does. */
const presentPace: Partial<TrailPace> = { activeMs: minutes(4), quietMs: minutes(4) }
const presentMs = minutes(300)
const readingHours = [9, 12, 15, 18, 21, 24]
const sealEvery = 12

/**
 * Lets the past happen: `days` days up to now, of the product's own verbs and of real SDK calls with leased credentials,
 * on a clock that this process moves together with the local AWS's. Afterwards clock and `Date` are real again.
 */
export async function runHistory(options: HistoryOptions): Promise<void> {
  const { services, clock, aws, days } = options
  const until = clock.now()
  const from = after(until, -days * day)
  const theatre = openTheatre(services, clock, aws)
  const random = createRandom(20_261_122)
  clock.setTo(from)
  const restore = moveDate(clock)
  try {
    const catalog = parseCatalog(await readFile(services.config.catalogFile, 'utf8'))
    if (!catalog.ok) throw new Error(`${services.config.catalogFile} cannot be read.`)
    await syncCatalog(services.db, catalog.catalog, clock.now())
    planEverydays(theatre, random, from, until, options.perWeekday ?? 8)
    if (days >= 25) {
      planIncidents(theatre, until)
      planReviews(theatre, until)
    }
    planPresent(theatre, random, until)
    planAudits(theatre, from, until)
    planReadings(theatre, from, until)
    await play(theatre, from, until, options)
    await handOver(theatre)
  } finally {
    restore()
    clock.reset()
  }
}

async function play(theatre: Theatre, from: Date, until: Date, { onDay, onProblem, signal }: HistoryOptions): Promise<void> {
  const { agenda, clock, services } = theatre
  let shown = 0
  let played = 0
  for (let entry = agenda.take(until.getTime()); entry; entry = agenda.take(until.getTime())) {
    signal?.throwIfAborted()
    // A reading moves the clock on by a second a page; what was due meanwhile happens then.
    if (entry.at > clock.now().getTime()) clock.setTo(new Date(entry.at))
    await entry.run().catch(onProblem)
    played += 1
    if (played % sealEvery === 0) await sealEntries(services.db, clock.now())
    const today = Math.floor((clock.now().getTime() - from.getTime()) / day) + 1
    if (today === shown) continue
    shown = today
    onDay?.(today)
    await anchor(theatre)
  }
}

async function anchor({ services, clock }: Theatre): Promise<void> {
  while ((await sealEntries(services.db, clock.now())) > 0);
  await anchorHead(services.db, services.config.record, clock.now())
}

function planReadings(theatre: Theatre, from: Date, until: Date): void {
  const start = Math.floor(from.getTime() / day) * day
  for (let at = start; at < until.getTime(); at += day) {
    for (const hour of readingHours) if (at + minutes(hour * 60) > from.getTime()) theatre.agenda.at(at + minutes(hour * 60), () => readTrail(theatre, until))
  }
  for (const minutesAgo of [240, 120, 60, 30, 15, 0]) theatre.agenda.at(until.getTime() - minutes(minutesAgo), () => readTrail(theatre, until))
}

/** The auditor looks in once a week. */
function planAudits({ agenda, actors }: Theatre, from: Date, until: Date): void {
  for (let at = from.getTime() + minutes(200); at < until.getTime(); at += 7 * day) agenda.at(at, async () => void (await actors.viewer('amir')))
}

/** Asks CloudTrail until nothing is due: two questions a second and place, so the clock goes on in between. */
async function readTrail({ services, clock }: Theatre, until: Date): Promise<void> {
  const left = until.getTime() - clock.now().getTime()
  // The last reading leaves everything due as the real worker's own pace has it.
  const pace = left > presentMs ? pastPace : left > 0 ? presentPace : {}
  for (let turn = 0; turn < 200; turn += 1) {
    const { asked } = await pollTrail({ ...services, pace })
    if (asked === 0) break
    clock.advance(seconds(2))
  }
  while ((await raiseFindings(services)) > 0);
}

/** What is still to be done at its time is the real queue's from here on. */
async function handOver(theatre: Theatre): Promise<void> {
  await anchor(theatre)
  const { queue } = theatre.realServices
  const left = theatre.agenda.jobsLeft()
  await theatre.services.db.$transaction(async (tx) => {
    for (const job of left) await queue.enqueue(tx, job.name, job.payload, job.at)
  })
}
