import type { Detector, DetectorEvent, FindingDraft, GrantFacts } from '../detector.ts'
import { stamp } from '../detector.ts'
import { type SourceNetwork, sourceNetwork } from '../source-network.ts'
import { type Turn, usedAtOnce } from './at-once.ts'

type Place = SourceNetwork & { event: DetectorEvent }

/**
 * One session, several networks: the same credentials at two places. One IPv4 and one IPv6 network may be one
 * connection, so that alone is minor. A network that a person has looked at and closed does not count again. Two at once
 * (`usedAtOnce`) is not somebody who moved on, and severe. Where it is known from which network credentials were taken,
 * this tells of those used at once only, and `other-network` of the others.
 */
export const severalNetworks: Detector = {
  id: 'several-networks',
  name: 'One session from several networks',
  detect: ({ events, grant, known }) => {
    const bySession = new Map<string, Map<string, Place>>()
    for (const event of events) {
      const network = sourceNetwork(event.sourceIp)
      if (!network || !event.sessionId) continue
      const places = bySession.get(event.sessionId) ?? new Map<string, Place>()
      if (!places.has(network.name)) places.set(network.name, { ...network, event })
      bySession.set(event.sessionId, places)
    }
    return [...bySession].flatMap(([sessionId, places]) => {
      const used = usedAtOnce(events.filter((event) => event.sessionId === sessionId), (name) => known.has(`${sessionId} ${name}`))
      const all = [...places.values()]
      if (used) return atOnce(sessionId, grant.takenFrom === null ? all : all.filter(({ name }) => used.networks.has(name)), used.turn, grant)
      return grant.takenFrom === null ? draft(sessionId, all, grant, known) : []
    })
  },
}

function atOnce(sessionId: string, places: Place[], { first, between, back }: Turn, { person, account }: GrantFacts): FindingDraft[] {
  const [one, other] = [first.network.name, between.network.name]
  return [
    {
      subject: `${sessionId} at once`,
      severity: 'high',
      title: 'One session at two networks at once',
      summary: `${person}'s session in ${account} was used from ${one} at ${clock(first.event)}, from ${other} at ${clock(between.event)}, and from ${one} again at ${clock(back.event)} on ${back.event.eventTime.toISOString().slice(0, 10)} (UTC). Two places use the same credentials.`,
      events: [...new Set([...places.map(({ event }) => event), first.event, between.event, back.event])].toSorted((a, b) => a.eventTime.getTime() - b.eventTime.getTime()),
      items: places.map(({ name, event }) => ({ label: `First from there, ${stamp(event.eventTime)}`, value: name, mono: true })),
      facts: places.map((place) => `${sessionId} ${place.name}`),
    },
  ]
}

const clock = ({ eventTime }: DetectorEvent): string => eventTime.toISOString().slice(11, 19)

function draft(sessionId: string, places: Place[], grant: GrantFacts, known: ReadonlySet<string>): FindingDraft[] {
  const fresh = places.filter((place) => !known.has(`${sessionId} ${place.name}`))
  const seenBefore = [...known].filter((fact) => fact.startsWith(`${sessionId} `)).length
  const second = seenBefore > 0 ? fresh[0] : places[1]
  if (fresh.length === 0 || fresh.length + seenBefore < 2 || !second) return []
  const families = [4, 6].map((family) => places.filter((place) => place.family === family).length)
  const minor = seenBefore === 0 && families.every((count) => count === 1)
  const names = places.map((place) => place.name)
  return [
    {
      subject: sessionId,
      severity: minor ? 'low' : places.length > 2 ? 'high' : 'medium',
      title: `One session from ${fresh.length + seenBefore} networks`,
      summary: `${grant.person}'s session in ${grant.account} was used from ${names.join(' and ')}; ${second.event.eventName} at ${stamp(second.event.eventTime)} came from ${second.name}.${minor ? ' An IPv4 and an IPv6 network can be the same connection.' : ''}`,
      events: places.map((place) => place.event),
      items: places.map(({ name, event }) => ({ label: `First from there, ${stamp(event.eventTime)}`, value: name, mono: true })),
      facts: places.map((place) => `${sessionId} ${place.name}`),
    },
  ]
}
