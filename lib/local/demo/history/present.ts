import { minutes, seconds } from '#lib/config/clock.ts'
import type { MintedLease } from '#lib/grants/mint-lease.ts'
import { addressOf } from '../actors.ts'
import { type Chore, choresOf } from '../chores.ts'
import type { Random } from '../random.ts'
import { visitAccount } from './everyday.ts'
import { misuse } from './misuse.ts'
import type { Theatre } from './theatre.ts'

type Access = { person: string; approver: string; profileId: string; durationMinutes: number; askedAgo: number; approvedAgo: number; justification: string; ticket?: string; visitsAgo: readonly number[] }

/** Who is inside when the demo opens; minutes before now. One of them ends within the quarter hour. */
const inside: readonly Access[] = [
  { person: 'tom', approver: 'jon', profileId: 'data-staging-engineer', durationMinutes: 480, askedAgo: 195, approvedAgo: 181, justification: 'Backfilling orders of last Tuesday after the pipeline failed half way', visitsAgo: [170, 96, 31, 7] },
  { person: 'luis', approver: 'jon', profileId: 'data-staging-analyst', durationMinutes: 240, askedAgo: 236, approvedAgo: 228, justification: 'Checking the sample for the churn model, no personal data needed', visitsAgo: [200, 64, 12] },
  { person: 'lena', approver: 'sam', profileId: 'payments-prod-read', durationMinutes: 120, askedAgo: 71, approvedAgo: 58, justification: 'Verifying that the new role tags arrived after yesterday’s change', visitsAgo: [50, 18] },
  { person: 'jon', approver: 'ana', profileId: 'sandbox-builder', durationMinutes: 480, askedAgo: 140, approvedAgo: 122, justification: 'Spike: can the receipts service run on Graviton?', visitsAgo: [110, 44] },
  { person: 'rosa', approver: 'ana', profileId: 'data-staging-console', durationMinutes: 240, askedAgo: 100, approvedAgo: 92, justification: 'Following up the finding of last week: who still reads the orders folder', visitsAgo: [] },
  { person: 'kenji', approver: 'nina', profileId: 'warehouse-vendor', durationMinutes: 120, askedAgo: 66, approvedAgo: 52, justification: 'Support case 4411: slow queries on the orders table, we look at the file layout', ticket: 'CASE-4411', visitsAgo: [45, 9] },
]

/** What waits for a decision. None of it is Maya's or Ana's, in whose place a visitor will look around first. */
const waiting: readonly { person: string; profileId: string; durationMinutes: number; askedAgo: number; justification: string; ticket?: string }[] = [
  { person: 'tom', profileId: 'payments-prod-read', durationMinutes: 60, askedAgo: 26, justification: 'Order numbers in staging do not match; need to see which payment instances restarted' },
  { person: 'kenji', profileId: 'acquirer-support', durationMinutes: 120, askedAgo: 4, justification: 'Dispute 77: acquirer asks for the evidence file before the deadline on Thursday', ticket: 'DSP-3107' },
  { person: 'luis', profileId: 'data-staging-engineer', durationMinutes: 120, askedAgo: 12, justification: 'Re-creating the sample table that the churn model reads, with Tom’s script' },
  { person: 'priya', profileId: 'payments-prod-admin', durationMinutes: 60, askedAgo: 6, justification: 'Removing the permission that the audit marked as unused; change reviewed by Ana yesterday', ticket: 'CHG-2290' },
]

/** Plans the hours before `until`: who is inside, what waits, one grant that is ending, and two stories of misuse. */
export function planPresent(theatre: Theatre, random: Random, until: Date): void {
  const ago = (count: number): number => until.getTime() - minutes(count)
  const { agenda } = theatre
  for (const access of inside) agenda.at(ago(access.askedAgo), () => tellAccess(theatre, random, access, ago))
  for (const { askedAgo, ticket, person, ...rest } of waiting) agenda.at(ago(askedAgo), async () => void (await theatre.ask(person, { ...rest, ...(ticket ? { ticketReference: ticket } : {}) })))
  agenda.at(ago(88), () => tellRevoked(theatre, random, ago))
  agenda.at(ago(52), () => tellKeptCredentials(theatre, ago))
  agenda.at(ago(83), () => tellMisuse(theatre, ago))
  agenda.at(ago(110), () => tellSessionsLeft(theatre, ago))
}

type Ago = (minutesAgo: number) => number

async function tellAccess(theatre: Theatre, random: Random, access: Access, ago: Ago): Promise<void> {
  const { person, profileId, durationMinutes, justification, ticket } = access
  const requestId = await theatre.ask(person, { profileId, durationMinutes, justification, ...(ticket ? { ticketReference: ticket } : {}) })
  if (requestId === undefined) return
  theatre.agenda.at(ago(access.approvedAgo), async () => {
    const grantId = await theatre.decide(access.approver, requestId, 'approve')
    if (grantId === undefined) return
    for (const visit of access.visitsAgo) theatre.agenda.at(ago(visit), () => visitAccount(theatre, random, { person, profileId, durationMinutes, grantId }, random.whole(5, 9)))
  })
}

/** Revoked minutes ago while credentials still live: no new ones, and the old ones die later. */
async function tellRevoked(theatre: Theatre, random: Random, ago: Ago): Promise<void> {
  const access = { person: 'nina', profileId: 'acquirer-support', durationMinutes: 240 }
  const requestId = await theatre.ask(access.person, { ...access, justification: 'Walking the acquirer through open disputes in the weekly call', ticketReference: 'DSP-3094' })
  if (requestId === undefined) return
  theatre.agenda.at(ago(80), async () => {
    const grantId = await theatre.decide('sam', requestId, 'approve')
    if (grantId === undefined) return
    theatre.agenda.at(ago(7), () => visitAccount(theatre, random, { ...access, grantId }, 4))
    theatre.agenda.at(ago(3), () => theatre.end('rosa', grantId, 'The call is over and the link was forwarded outside the company; ask again for the next one.'))
  })
}

/** Given back a while ago: nothing new can be opened, and what AWS's access portal opened before may live on for a while. */
async function tellSessionsLeft(theatre: Theatre, ago: Ago): Promise<void> {
  const requestId = await theatre.ask('luis', { profileId: 'data-staging-console', durationMinutes: 240, justification: 'Finding the file of the truncated export in the console' })
  if (requestId === undefined) return
  theatre.agenda.at(ago(103), async () => {
    const grantId = await theatre.decide('jon', requestId, 'approve')
    if (grantId !== undefined) theatre.agenda.at(ago(20), () => theatre.end('luis', grantId))
  })
}

/** Kenji's short grant ends; the credentials he kept would live five minutes longer, were it not for their own policy. */
async function tellKeptCredentials(theatre: Theatre, ago: Ago): Promise<void> {
  const profileId = 'acquirer-support'
  const requestId = await theatre.ask('kenji', { profileId, durationMinutes: 20, justification: 'One more look at dispute 75 together with the acquirer', ticketReference: 'DSP-3075' })
  if (requestId === undefined) return
  theatre.agenda.at(ago(45), async () => {
    const grantId = await theatre.decide('nina', requestId, 'approve')
    if (grantId === undefined) return
    let lease: MintedLease | undefined
    const call = (minutesAgo: number, chore: Chore): void =>
      theatre.agenda.at(ago(minutesAgo), async () => {
        if (!lease) return
        const hands = theatre.hold(lease, addressOf('kenji', 'vendor'))
        await theatre.attempt(chore, hands)
        hands.close()
      })
    theatre.agenda.at(ago(33), async () => {
      lease = await theatre.reveal('kenji', grantId)
    })
    const [regions, , , whoAmI] = choresOf[profileId]!.work
    call(32.5, whoAmI!)
    call(31, regions!)
    for (const minutesAgo of [23.4, 22.8, 21.1, 19.6]) call(minutesAgo, regions!)
  })
}

/** Priya's sandbox grant, still active: first her own work, then somebody else's. */
async function tellMisuse(theatre: Theatre, ago: Ago): Promise<void> {
  const requestId = await theatre.ask('priya', { profileId: 'sandbox-admin', durationMinutes: 240, justification: 'Finding the minimal policy for the export job by experiment' })
  if (requestId === undefined) return
  theatre.agenda.at(ago(74), async () => {
    const grantId = await theatre.decide('ana', requestId, 'approve')
    if (grantId === undefined) return
    let lease: MintedLease | undefined
    theatre.agenda.at(ago(38), async () => {
      lease = await theatre.reveal('priya', grantId)
    })
    let at = ago(37)
    for (const { chore, address, afterSeconds } of misuse()) {
      at += seconds(afterSeconds)
      theatre.agenda.at(at, async () => {
        if (!lease) return
        const hands = theatre.hold(lease, address)
        await theatre.attempt(chore, hands)
        hands.close()
      })
    }
  })
}
