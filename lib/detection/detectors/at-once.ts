import type { DetectorEvent } from '../detector.ts'
import { type SourceNetwork, sourceNetwork } from '../source-network.ts'

/** Back at a network within this time of being there before: nobody travels like that. */
const atOnceMs = 10 * 60_000
/** More need not be told apart: nobody makes detection slow by making noise. */
const mostNetworks = 50

type Call = { network: SourceNetwork; event: DetectorEvent }
/** Calls of one session from a network, from another of the same family, and from the first again. */
export type Turn = { first: Call; between: Call; back: Call }

/**
 * The networks that one session was used from at once: from one, from another, and from the first again within ten
 * minutes; with the first time that this happened. Not between two that are both settled. Undefined where it did not happen.
 */
export function usedAtOnce(events: readonly DetectorEvent[], settled: (network: string) => boolean = () => false): { turn: Turn; networks: ReadonlySet<string> } | undefined {
  let turn: Turn | undefined
  const networks = new Set<string>()
  for (const one of turns(events)) {
    const names = [one.back.network.name, one.between.network.name]
    if (names.every(settled)) continue
    turn ??= one
    for (const name of names) networks.add(name)
    if (networks.size >= mostNetworks) break
  }
  return turn && { turn, networks }
}

/** Every coming back within ten minutes. Calls of one second are in no order, because CloudTrail's times do not tell. */
function* turns(events: readonly DetectorEvent[]): Generator<Turn> {
  const calls = events.flatMap((event): Call[] => {
    const network = sourceNetwork(event.sourceIp)
    return network ? [{ network, event }] : []
  })
  const lastAt = new Map<string, number>()
  for (const [index, back] of calls.entries()) {
    const seenAt = lastAt.get(back.network.name)
    lastAt.set(back.network.name, timeOf(back))
    if (seenAt === undefined || timeOf(back) - seenAt > atOnceMs) continue
    yield* turnsBackTo(back, index, calls)
  }
}

function* turnsBackTo(back: Call, index: number, calls: readonly Call[]): Generator<Turn> {
  /** By network: its last call before coming back. */
  const between = new Map<string, Call>()
  let ownBefore: number | undefined
  for (let before = index - 1; before >= 0; before -= 1) {
    const call = calls[before] as Call
    const done = ownBefore !== undefined && timeOf(call) < ownBefore && between.size === 0
    if (done || timeOf(back) - timeOf(call) > atOnceMs) return
    if (call.network.name === back.network.name) {
      if (timeOf(call) < timeOf(back)) ownBefore = timeOf(call)
      for (const [name, other] of between) {
        if (timeOf(other) <= timeOf(call)) continue
        between.delete(name)
        yield { first: call, between: other, back }
      }
    } else if (call.network.family === back.network.family && timeOf(call) < timeOf(back) && !between.has(call.network.name)) between.set(call.network.name, call)
  }
}

const timeOf = ({ event }: Call): number => event.eventTime.getTime()
