import { minutes } from '#lib/config/clock.ts'
import { closeReview } from '#lib/reports/reviews/close-review.ts'
import { openReview, type ReviewInput } from '#lib/reports/reviews/open-review.ts'
import { getReview, type WholeLine } from '#lib/reports/reviews/reviews.queries.ts'
import { settleLines } from '#lib/reports/reviews/settle-lines.ts'
import { personaOf } from '../actors.ts'
import type { Theatre } from './theatre.ts'

const day = minutes(1_440)
const everything: Omit<ReviewInput, 'title' | 'about' | 'days'> = { riskTier: '', profileId: '', accountId: '', group: '', personId: null, reviewerId: null }
const all = { take: 500, after: 0 }

/** Who may still ask for what is dangerous: decided and signed off three weeks ago. Who may decide: begun last week, and half done. */
export function planReviews(theatre: Theatre, until: Date): void {
  const at = (daysAgo: number, what: () => Promise<void>): void => theatre.agenda.at(until.getTime() - daysAgo * day, what)
  at(24, async () => {
    const reviewId = await open(theatre, 'amir', { ...everything, title: 'High-risk access, third quarter', about: 'access', riskTier: 'high', days: 14 })
    at(23, () => answer(theatre, reviewId, ['ana', 'jon', 'sam', 'nina']))
    at(22, () => answer(theatre, reviewId, ['lena']))
    // An admin's own lines are another admin's.
    at(21.5, () => answer(theatre, reviewId, ['sam']))
    at(21, async () => void (await closeReview(theatre.services.db, await theatre.actors.viewer('amir', true), reviewId, 'signed', theatre.clock.now())))
  })
  at(6, async () => {
    const reviewId = await open(theatre, 'lena', { ...everything, title: 'Who decides about production', about: 'approvers', riskTier: 'high', days: 10 })
    at(4, () => answer(theatre, reviewId, ['sam']))
  })
}

async function open({ services, actors, clock }: Theatre, person: string, input: ReviewInput): Promise<string> {
  const result = await openReview({ db: services.db, firstIssuer: services.config.oidc[0]?.issuer ?? '' }, await actors.viewer(person, true), input, clock.now())
  if (!result.ok) throw new Error(result.message)
  return result.reviewId
}

const forgotten = { person: 'tom', profileId: 'payments-prod-admin' }

/** Each says what they know of the lines they may decide; one that nobody needs goes. */
async function answer({ services, actors, clock }: Theatre, reviewId: string, people: readonly string[]): Promise<void> {
  for (const person of people) {
    const viewer = await actors.viewer(person, true)
    const found = await getReview(services.db, viewer, reviewId, 'open', all)
    for (const line of found?.lines ?? []) {
      const goes = line.profileId === forgotten.profileId && line.person?.displayName === personaOf(forgotten.person).name
      await settleLines(services.db, viewer, { lineIds: [line.id], verdict: goes ? 'remove' : 'keep', reason: goes ? 'Moved to the data team in spring and never asked for it since' : reasonFor(line) }, clock.now())
    }
  }
}

const reasonFor = ({ uses, findings }: WholeLine): string => (findings > 0 ? 'The findings were looked into and closed' : uses > 0 ? '' : 'On the rota for incidents; not needed so far')
