import type { Detector, DetectorEvent, FindingDraft, GrantFacts } from '../detector.ts'
import { stamp } from '../detector.ts'
import { type SourceNetwork, sourceNetwork } from '../source-network.ts'

type Place = SourceNetwork & { event: DetectorEvent }

/**
 * One session, several networks: the same credentials at two places. One IPv4 and one IPv6 network may be one
 * connection, so that alone is minor. A network that a person has looked at and closed does not count again.
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
    return [...bySession].flatMap(([sessionId, places]) => draft(sessionId, [...places.values()], grant, known))
  },
}

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
