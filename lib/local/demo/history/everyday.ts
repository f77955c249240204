import { minutes, seconds } from '#lib/config/clock.ts'
import { addressOf } from '../actors.ts'
import { type Chore, choresOf, makeRole, removeRole } from '../chores.ts'
import type { Random } from '../random.ts'
import { approvalNote, denialReason, justificationFor, revocationReason, ticketFor } from '../reasons.ts'
import { approversOf, durationsOf, frequency, wishes, withTicket } from '../roles-of-people.ts'
import type { Theatre } from './theatre.ts'

const hours = (count: number): number => minutes(60 * count)
/** The last hours belong to the scripted present. */
const stopsBefore = hours(6)

/** Plans every working day from `from` to shortly before `until`: more on weekdays, little at night and on weekends. */
export function planEverydays(theatre: Theatre, random: Random, from: Date, until: Date, perWeekday: number): void {
  for (let day = midnight(from); day < until.getTime(); day += hours(24)) {
    const weekday = new Date(day).getUTCDay()
    const weekend = weekday === 0 || weekday === 6
    const count = Math.round(weekend ? random.between(0, perWeekday / 4) : random.between(perWeekday * 0.7, perWeekday * 1.3))
    for (let index = 0; index < count; index += 1) {
      const hour = random.chance(0.93) ? random.between(8, 17.5) : random.between(18, 23)
      const at = day + hours(hour)
      if (at > from.getTime() && at < until.getTime() - stopsBefore) theatre.agenda.at(at, () => tellRequest(theatre, random, until))
    }
  }
}

const midnight = (date: Date): number => Math.floor(date.getTime() / hours(24)) * hours(24)

/** One request and what becomes of it. */
async function tellRequest(theatre: Theatre, random: Random, until: Date): Promise<void> {
  const { agenda, clock } = theatre
  const now = clock.now().getTime()
  const person = random.weighted(frequency)
  const profileId = random.weighted(wishes[person]!)
  const durationMinutes = random.pick(durationsOf(profileId))
  const approver = random.pick(approversOf(profileId, person))
  const delay = minutes(random.skewed(18, 280))
  const ending = random.weighted([['approve', 80], ['deny', 8], ['cancel', 5], ['lapse', 7]] as const)
  // Everything of the everyday is over before the present begins, sessions that AWS lets live on included.
  if (now + delay + minutes(durationMinutes) > until.getTime() - hours(3)) return
  const lapses = (ending === 'lapse' || approver === undefined) && now + hours(73) < until.getTime()
  const ticketReference = withTicket.has(profileId) ? ticketFor(random, profileId) : undefined
  const requestId = await theatre.ask(person, { profileId, durationMinutes, justification: justificationFor(random, profileId), ...(ticketReference ? { ticketReference } : {}) })
  if (requestId === undefined) return
  if (lapses) return agenda.at(now + hours(72) + seconds(2), () => theatre.lapse())
  if (ending === 'cancel' || approver === undefined) return agenda.at(now + delay / 2, () => theatre.cancel(person, requestId))
  if (ending === 'deny') return agenda.at(now + delay, async () => void (await theatre.decide(approver, requestId, 'deny', denialReason(random))))
  agenda.at(now + delay, async () => {
    const grantId = await theatre.decide(approver, requestId, 'approve', approvalNote(random))
    if (grantId !== undefined) planUse(theatre, random, { person, profileId, durationMinutes, grantId })
  })
}

export type Use = { person: string; profileId: string; durationMinutes: number; grantId: string }

/** How a grant is used: one to three times somebody gets credentials and works, then leaves it or gives it back. */
function planUse(theatre: Theatre, random: Random, use: Use): void {
  const { agenda, clock } = theatre
  const start = clock.now().getTime()
  const length = minutes(use.durationMinutes)
  // Latchkey mints nothing for what people open in the access portal.
  const visits = choresOf[use.profileId] ? random.weighted([[1, 5], [2, 3], [3, 1], [0, 1]] as const) : 0
  for (let visit = 0; visit < visits; visit += 1) {
    const at = start + minutes(1) + (length * 0.8 * (visit + random.next() * 0.8)) / Math.max(1, visits)
    agenda.at(at, () => visitAccount(theatre, random, use, random.whole(3, 9)))
  }
  const over = start + length * random.between(0.5, 0.95)
  if (random.chance(0.27)) agenda.at(over, () => theatre.end(use.person, use.grantId))
  else if (random.chance(0.06) && use.person !== 'rosa') agenda.at(over, () => theatre.end('rosa', use.grantId, revocationReason(random)))
}

/** Gets credentials and makes some calls with them, seconds to minutes apart, from one network. */
export async function visitAccount(theatre: Theatre, random: Random, { person, profileId, grantId }: Use, calls: number): Promise<void> {
  const lease = await theatre.reveal(person, grantId)
  if (!lease) return
  const home = random.chance(0.25)
  const hands = theatre.hold(lease, addressOf(person, person === 'kenji' ? 'vendor' : home ? 'home' : 'office'))
  const { work, beyond } = choresOf[profileId]!
  let at = theatre.clock.now().getTime()
  const later = (ms: number, chore: Chore): void => theatre.agenda.at((at += ms), async () => void (theatre.isOver(grantId) || (await theatre.attempt(chore, hands))))
  for (let call = 0; call < calls; call += 1) {
    const chore = beyond.length > 0 && random.chance(0.06) ? random.pick(beyond) : random.pick(work)
    later(seconds(random.skewed(25, 240)), chore)
  }
  if (profileId === 'sandbox-admin') {
    const name = `tryout-${random.whole(100, 999)}`
    later(seconds(20), makeRole(name))
    later(seconds(90), removeRole(name))
  }
  theatre.agenda.at(at + seconds(1), async () => hands.close())
}
