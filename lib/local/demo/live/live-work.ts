import { after, minutes } from '#lib/config/clock.ts'
import { addressOf } from '../actors.ts'
import { attempt, choresOf } from '../chores.ts'
import { type Hands, openHands } from '../hands.ts'
import type { Random } from '../random.ts'
import { liveRequesters } from '../roles-of-people.ts'
import { reveal, type Stage } from '../verbs.ts'

type Held = { hands: Hands; expiresAt: Date }
export type LiveWork = { callOnce(): Promise<void>; close(): void }

/** Calls with the leases of whoever is inside. Credentials live in memory only; after a restart new ones are asked for. */
export function openLiveWork(stage: Stage, endpoint: string, random: Random): LiveWork {
  const held = new Map<string, Held>()
  const drop = (grantId: string): void => {
    held.get(grantId)?.hands.close()
    held.delete(grantId)
  }
  const take = async (grantId: string, person: string, now: Date): Promise<Hands | undefined> => {
    const known = held.get(grantId)
    if (known && known.expiresAt > after(now, minutes(1))) return known.hands
    drop(grantId)
    const lease = await reveal(stage, person, grantId)
    if (!lease) return undefined
    const hands = openHands({ ...lease, endpoint, address: addressOf(person, person === 'kenji' ? 'vendor' : 'office'), tool: 'aws-cli/2.31.8' })
    held.set(grantId, { hands, expiresAt: lease.credentials.expiresAt })
    return hands
  }
  return {
    callOnce: async () => {
      const now = stage.services.clock()
      const inside = await stage.services.db.grant.findMany({ where: { state: 'active', endsAt: { gt: now }, person: { subject: { in: [...liveRequesters, 'jon'] } } }, include: { person: true } })
      for (const grantId of held.keys()) if (!inside.some((grant) => grant.id === grantId)) drop(grantId)
      if (inside.length === 0) return
      const grant = random.pick(inside)
      const chores = choresOf[grant.profileId]
      const hands = chores && (await take(grant.id, grant.person.subject, now))
      if (!chores || !hands) return
      const chore = chores.beyond.length > 0 && random.chance(0.05) ? random.pick(chores.beyond) : random.pick(chores.work)
      await attempt(chore, hands)
    },
    close: () => {
      for (const grantId of held.keys()) drop(grantId)
    },
  }
}
