import type { Detector, DetectorEvent, FindingDraft, GrantFacts } from '../detector.ts'
import { stamp } from '../detector.ts'
import { type SourceNetwork, sourceNetwork } from '../source-network.ts'

type Place = SourceNetwork & { event: DetectorEvent }

/** Back at a network within this time of being at another: nobody travels like that. */
const atOnceMs = 10 * 60_000

/**
 * One session, several networks: the same credentials at two places. One IPv4 and one IPv6 network may be one
 * connection, so that alone is minor. A network that a person has looked at and closed does not count again. At two
 * networks at once (from one, from the other, and from the first again within ten minutes) is not somebody who moved on,
 * and severe. Where it is known from which network credentials were taken, moving on is what `other-network` tells.
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
      const back = interleaved(events.filter((event) => event.sessionId === sessionId), (name) => known.has(`${sessionId} ${name}`))
      return back ? atOnce(sessionId, [...places.values()], back, grant) : grant.takenFrom === null ? draft(sessionId, [...places.values()], grant, known) : []
    })
  },
}

/**
 * The first three calls of one session that go from one network to another of the same family and back, within ten minutes;
 * not between two networks that are both settled.
 */
export function interleaved(events: readonly DetectorEvent[], settled: (name: string) => boolean = () => false): [DetectorEvent, DetectorEvent, DetectorEvent] | undefined {
  /** By network: its latest call, and the first of another network after that. */
  const latest = new Map<string, { event: DetectorEvent; between: { network: SourceNetwork; event: DetectorEvent } | undefined }>()
  for (const event of events) {
    const network = sourceNetwork(event.sourceIp)
    if (!network) continue
    const before = latest.get(network.name)
    if (before?.between && event.eventTime.getTime() - before.event.eventTime.getTime() <= atOnceMs && !(settled(network.name) && settled(before.between.network.name))) return [before.event, before.between.event, event]
    latest.set(network.name, { event, between: undefined })
    for (const [name, place] of latest) if (name !== network.name && familyOf(name) === network.family) place.between ??= { network, event }
  }
  return undefined
}

const familyOf = (name: string): 4 | 6 => (name.includes(':') ? 6 : 4)

function atOnce(sessionId: string, places: Place[], [first, between, back]: [DetectorEvent, DetectorEvent, DetectorEvent], { person, account }: GrantFacts): FindingDraft[] {
  const [one, other] = [sourceNetwork(first.sourceIp)?.name ?? '', sourceNetwork(between.sourceIp)?.name ?? '']
  return [
    {
      subject: `${sessionId} at once`,
      severity: 'high',
      title: 'One session at two networks at once',
      summary: `${person}'s session in ${account} was used from ${one} at ${clock(first)}, from ${other} at ${clock(between)}, and from ${one} again at ${clock(back)} on ${back.eventTime.toISOString().slice(0, 10)} (UTC). Two places use the same credentials.`,
      events: [...new Set([...places.map(({ event }) => event), first, between, back])].toSorted((a, b) => a.eventTime.getTime() - b.eventTime.getTime()),
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
