import { minutes, seconds } from '#lib/config/clock.ts'
import { endGrant } from '#lib/grants/end-grant.ts'
import { type Loop, startLoop } from '#lib/jobs/loop.ts'
import type { Services } from '../../../../app/_server/services.ts'
import { openActors } from '../actors.ts'
import { createRandom } from '../random.ts'
import { liveRequesters } from '../roles-of-people.ts'
import type { Stage } from '../verbs.ts'
import { approveWaiting, requestSomething } from './live-requests.ts'
import { openLiveWork } from './live-work.ts'

export type LiveSettings = { services: Services; endpoint: string; onProblem: (error: unknown) => void }

const relinquishEveryMs = minutes(14)
/** Fewer people inside would leave the dashboard empty. */
const leastInside = 4

/**
 * The demo's people go on at a human pace, through the same verbs and with leased credentials: a call now and then, a
 * request every few minutes, a decision slow enough that the visitor can be faster. Stops when the running step ends.
 */
export function runLive({ services, endpoint, onProblem }: LiveSettings): Loop {
  const stage: Stage = { services, actors: openActors(services) }
  const random = createRandom(services.clock().getTime())
  const work = openLiveWork(stage, endpoint, random)
  const pauses = { call: () => seconds(random.between(15, 40)), request: () => minutes(random.between(3, 6)), decision: () => seconds(20), relinquish: () => relinquishEveryMs }
  const loops = [
    paced(pauses.call, () => work.callOnce(), onProblem),
    paced(pauses.request, () => requestSomething(stage, random), onProblem),
    paced(pauses.decision, approveWaiting(stage, random), onProblem),
    paced(pauses.relinquish, () => giveSomethingBack(stage), onProblem),
  ]
  return {
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()))
      work.close()
    },
  }
}

/** Like a loop, with a pause of its own length after every step, and one before the first. */
function paced(pause: () => number, step: () => Promise<unknown>, onProblem: (error: unknown) => void): Loop {
  let dueAt = performance.now() + pause()
  return startLoop(
    seconds(1),
    async () => {
      if (performance.now() < dueAt) return
      dueAt = performance.now() + pause()
      await step()
    },
    onProblem,
  )
}

/** Somebody is done early: whoever has been inside the longest, of those who live here. The scripted misuse stays. */
async function giveSomethingBack({ services, actors }: Stage): Promise<void> {
  const active = await services.db.grant.findMany({ where: { state: 'active' }, include: { person: true }, orderBy: { activatedAt: 'asc' } })
  if (active.length <= leastInside) return
  const chosen = active.find(({ person, profileId }) => liveRequesters.some((id) => id === person.subject) && profileId !== 'sandbox-admin')
  if (chosen) await endGrant(services, await actors.viewer(chosen.person.subject, true), chosen.id, '')
}
