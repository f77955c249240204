import type { Database } from '#lib/db/client.ts'
import { cancelRequest } from '#lib/requests/cancel-request.ts'
import { endGrant } from '#lib/grants/end-grant.ts'
import type { Random } from '../../demo/random.ts'
import { ask, decide, reveal, type Stage } from '../../demo/verbs.ts'

/** What is interrupted: one act of one persona. */
export type Act =
  | { verb: 'ask'; person: string; profileId: string; durationMinutes: number }
  | { verb: 'decide'; person: string; requestId: string; verdict: 'approve' | 'deny' }
  | { verb: 'cancel'; person: string; requestId: string }
  | { verb: 'reveal'; person: string; grantId: string }
  | { verb: 'end'; person: string; grantId: string }

const requesters = ['maya', 'priya', 'tom'] as const
const approvers = ['ana', 'jon', 'sam'] as const
const profiles = ['sandbox-builder', 'payments-prod-read']

/** Everything that can be done at this moment, at once; of some things two at a time, which race. */
export async function planActs(db: Database, random: Random): Promise<Act[]> {
  const [pending, active] = await Promise.all([db.request.findMany({ where: { state: 'pending' }, include: { person: true } }), db.grant.findMany({ where: { state: 'active' }, include: { person: true } })])
  const acts: Act[] = requesters.flatMap((person) => profiles.map((profileId) => ({ verb: 'ask' as const, person, profileId, durationMinutes: random.whole(5, 30) })))
  for (const { id, person } of pending) {
    const deciding = approvers.filter((approver) => approver !== person.subject)
    for (const approver of deciding.slice(0, 2)) acts.push({ verb: 'decide', person: approver, requestId: id, verdict: random.chance(0.85) ? 'approve' : 'deny' })
    if (random.chance(0.1)) acts.push({ verb: 'cancel', person: person.subject, requestId: id })
  }
  for (const { id, person } of active) {
    if (random.chance(0.6)) acts.push({ verb: 'reveal', person: person.subject, grantId: id })
    if (random.chance(0.25)) acts.push({ verb: 'end', person: random.chance(0.5) ? 'rosa' : person.subject, grantId: id })
  }
  return acts
}

/** Carries an act out as the product's pages do. What the product refuses is an outcome like any other. */
export async function carryActOut(stage: Stage, act: Act): Promise<void> {
  const { services, actors } = stage
  switch (act.verb) {
    case 'ask':
      return void (await ask(stage, act.person, { profileId: act.profileId, durationMinutes: act.durationMinutes, justification: 'Interrupted in the middle of everything', ticketReference: 'OPS-9' }))
    case 'decide':
      return decideOnce(stage, act)
    case 'cancel':
      return void (await cancelRequest(services.db, await actors.viewer(act.person), act.requestId, services.clock()))
    case 'reveal':
      return void (await reveal(stage, act.person, act.grantId))
    case 'end':
      return void (await endGrant(services, await actors.viewer(act.person, true), act.grantId, 'Interrupted on purpose'))
  }
}

/** Somebody else may have decided first, which leaves no grant to name. */
async function decideOnce(stage: Stage, { person, requestId, verdict }: Extract<Act, { verb: 'decide' }>): Promise<void> {
  await decide(stage, person, requestId, verdict, 'Decided while the power fails')
}
