import { minutes } from '#lib/config/clock.ts'
import { isDenied } from '#lib/trail/denied.ts'
import { type Detector, type DetectorEvent, stamp, tally } from '../detector.ts'

const windowMs = minutes(5)
const least = 5

/** Many refusals in a short time: somebody tries what the credentials can do, or the profile does not fit the work. */
export const deniedBurst: Detector = {
  id: 'denied-burst',
  name: 'Access denied in a burst',
  detect: ({ events, grant }) => {
    const burst = inBursts(events.filter((event) => isDenied(event.errorCode)))
    const [first] = burst
    const last = burst.at(-1)
    if (!first || !last) return []
    const changing = new Set(burst.filter((event) => !event.readOnly).map((event) => `${event.eventSource} ${event.eventName}`))
    return [
      {
        subject: '',
        severity: changing.size >= least ? 'high' : 'medium',
        title: `${burst.length} calls denied in a burst`,
        summary: `${grant.person} was denied ${burst.length} calls in ${grant.account} between ${stamp(first.eventTime)} and ${stamp(last.eventTime)}: ${tally(burst.map((event) => event.eventName))}.`,
        events: burst,
        items: [
          { label: 'Denied', value: String(burst.length) },
          { label: 'Different changes tried', value: String(changing.size) },
          { label: 'Services', value: [...new Set(burst.map((event) => event.eventSource.split('.')[0]))].slice(0, 6).join(', ') },
        ],
      },
    ]
  },
}

/** Every event that lies in some window of five minutes with at least five of them. */
function inBursts(denials: readonly DetectorEvent[]): DetectorEvent[] {
  const chosen = new Set<DetectorEvent>()
  for (let end = least - 1; end < denials.length; end += 1) {
    const start = end - least + 1
    const span = denials[end]!.eventTime.getTime() - denials[start]!.eventTime.getTime()
    if (span <= windowMs) for (const event of denials.slice(start, end + 1)) chosen.add(event)
  }
  return denials.filter((event) => chosen.has(event))
}
