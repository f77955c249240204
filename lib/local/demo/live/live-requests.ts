import { minutes } from '#lib/config/clock.ts'
import type { Random } from '../random.ts'
import { approvalNote, denialReason, justificationFor, ticketFor } from '../reasons.ts'
import { approversOf, durationsOf, liveRequesters, wishes, withTicket } from '../roles-of-people.ts'
import { ask, decide, type Stage } from '../verbs.ts'

/** Enough to decide for whoever looks in, and not a pile. */
const mostWaiting = 7
const leastWaiting = 3

/** Somebody asks for what they usually ask for. Refusals (one pending request a profile) are part of life. */
export async function requestSomething(stage: Stage, random: Random): Promise<void> {
  const waiting = await stage.services.db.request.count({ where: { state: 'pending' } })
  if (waiting >= mostWaiting) return
  const person = random.pick(liveRequesters)
  const profileId = random.weighted(wishes[person]!)
  const ticketReference = withTicket.has(profileId) ? ticketFor(random, profileId) : undefined
  await ask(stage, person, { profileId, durationMinutes: random.pick(durationsOf(profileId)), justification: justificationFor(random, profileId), ...(ticketReference ? { ticketReference } : {}) })
}

/** Approvers who live here decide what the others asked: two to five minutes after they first could have seen it. */
export function approveWaiting(stage: Stage, random: Random): () => Promise<void> {
  const dueAt = new Map<string, number>()
  return async () => {
    const { db, clock } = stage.services
    const now = clock().getTime()
    const waiting = await db.request.findMany({ where: { state: 'pending', person: { subject: { in: [...liveRequesters] } } }, include: { person: true }, orderBy: { createdAt: 'asc' } })
    for (const { id } of waiting) if (!dueAt.has(id)) dueAt.set(id, now + minutes(random.between(2, 5)))
    for (const id of dueAt.keys()) if (!waiting.some((request) => request.id === id)) dueAt.delete(id)
    const ripe = waiting.find(({ id }) => (dueAt.get(id) ?? now) < now)
    if (!ripe || waiting.length <= leastWaiting) return
    const approver = approversOf(ripe.profileId, ripe.person.subject).find((person) => person !== 'ana')
    if (approver === undefined) return
    const deny = random.chance(0.1)
    await decide(stage, approver, ripe.id, deny ? 'deny' : 'approve', deny ? denialReason(random) : approvalNote(random))
  }
}
