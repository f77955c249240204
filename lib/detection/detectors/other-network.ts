import { calls, type Detector, type DetectorEvent, type FindingDraft, type GrantFacts, stamp, tally } from '../detector.ts'
import { sourceNetwork } from '../source-network.ts'
import { usedAtOnce } from './at-once.ts'

type Foreign = { name: string; family: 4 | 6; events: DetectorEvent[] }

/**
 * Credentials used from a network that is not the one their holder took them from, a finding a session. Where it is not
 * known from where they were taken (an address inside a private network says nothing about what AWS sees), this says
 * nothing, and `several-networks` speaks instead, which tells of networks used at once in any case. An IPv6 address beside
 * an IPv4 one may be the same connection.
 */
export const otherNetwork: Detector = {
  id: 'other-network',
  name: 'Used from another network than it was taken from',
  detect: ({ events, grant, known }) => {
    const { takenFrom } = grant
    if (takenFrom === null) return []
    const sessions = Map.groupBy(events.filter((event) => event.sessionId !== null), (event) => event.sessionId as string)
    return [...sessions].flatMap(([sessionId, own]) => {
      const toldAtOnce = usedAtOnce(own)?.networks
      return draft(sessionId, foreignIn(own, takenFrom, (name) => known.has(`${sessionId} ${name}`) || toldAtOnce?.has(name) === true), grant, takenFrom)
    })
  },
}

function foreignIn(events: readonly DetectorEvent[], takenFrom: NonNullable<GrantFacts['takenFrom']>, settled: (name: string) => boolean): Foreign[] {
  const found = new Map<string, Foreign>()
  for (const event of events) {
    const network = sourceNetwork(event.sourceIp)
    if (!network || takenFrom.some(({ name }) => name === network.name) || settled(network.name)) continue
    const foreign = found.get(network.name) ?? { ...network, events: [] }
    foreign.events.push(event)
    found.set(network.name, foreign)
  }
  return [...found.values()]
}

function draft(sessionId: string, foreign: readonly Foreign[], { person, account }: GrantFacts, takenFrom: NonNullable<GrantFacts['takenFrom']>): FindingDraft[] {
  const [first] = foreign
  if (!first?.events[0]) return []
  const events = foreign.flatMap((one) => one.events).toSorted((one, other) => one.eventTime.getTime() - other.eventTime.getTime())
  const otherFamily = foreign.every(({ family }) => takenFrom.every((own) => own.family !== family))
  const changed = events.some(({ readOnly, errorCode }) => !readOnly && errorCode === null)
  const own = takenFrom.map(({ name }) => name).join(' and ')
  return [
    {
      subject: sessionId,
      severity: otherFamily ? 'low' : changed ? 'high' : 'medium',
      title: `Used from ${foreign.length === 1 ? 'another network' : `${foreign.length} other networks`} than it was taken from`,
      summary: `${person} took credentials for ${account} at ${own}; they were used from ${foreign.map(({ name }) => name).join(' and ')} in ${calls(events.length)}, the first at ${stamp(first.events[0].eventTime)}: ${tally(events.map(({ eventName }) => eventName))}.${otherFamily ? ' An IPv4 and an IPv6 network can be the same connection.' : ''}`,
      events,
      items: [{ label: 'Taken from', value: own, mono: true }, ...foreign.map(({ name, events: from }) => ({ label: `Used from, ${calls(from.length)}`, value: name, mono: true }))],
      facts: foreign.map(({ name }) => `${sessionId} ${name}`),
    },
  ]
}
