import type { KnownActions } from '#lib/iam/known-actions.ts'
import { same } from '#lib/catalog/difference.ts'
import type { EventName } from './map-event.ts'
import { mapEvent } from './map-event.ts'
import { allowsAction, coversPattern, everything, meet, prepare, type PreparedStatement, reachable, type ScopeStatement, serviceOf } from './scope-statements.ts'
import { type Draft, shortenScope } from './shorten-scope.ts'
import { passingCalls, unseenBy } from './unseen.ts'
import { type EventTarget, usedResource } from './used-resource.ts'

/** Calls of one kind on one target that worked. */
export type Use = EventName & { target: EventTarget; count: number; lastAt: Date }

export type UsedService = { service: string; name: string; actions: string[]; calls: number }

export type LearnedScope = {
  scope: ScopeStatement[]
  services: UsedService[]
  /** What cannot be seen in the source and stays: "reading and writing objects in S3", with the patterns that stay for it. */
  kept: { what: string; patterns: string[] }[]
  /** Events without an action, each with a sentence. */
  unmapped: { eventSource: string; eventName: string; count: number; why: string }[]
  /** Actions that worked and that the profile's scope does not name: a resource's own policy allowed them. */
  beyond: string[]
  /** How it was made short enough, a sentence each; empty where it was not necessary. */
  steps: string[]
}

export type LearnInput = {
  uses: readonly Use[]
  /** The profile's scope; without one everything. */
  profile: readonly ScopeStatement[]
  /** Actions that have to work whatever was used, such as the profile's harmless call. */
  always: readonly string[]
  /** Kinds of data events that the source of `uses` has; LookupEvents has none. */
  dataEvents: readonly string[]
  /** Whether a session policy of this scope has room, with all that every session policy carries. */
  fits: (scope: readonly ScopeStatement[]) => boolean
}

type Demand = { action: string; resources: Set<string> }

/**
 * The narrowest scope within the profile's that allows what was used: every action that a use needed and the profile
 * allows, on the resources where the events name them. What the source cannot see stays as the profile has it. Null where
 * nothing of the profile was used, or nothing narrower than the profile's own scope has room.
 */
export function learnScope({ uses, profile, always, dataEvents, fits }: LearnInput, known: KnownActions): LearnedScope | null {
  const own = (profile.length > 0 ? profile : everything).map(prepare)
  const { demands, services, unmapped } = readUses(uses, known)
  if (demands.size === 0) return null
  const beyond = [...demands.values()].filter((demand) => own.every((statement) => !wanted(demand, statement))).map(({ action }) => action)
  for (const action of always) demands.set(action.toLowerCase(), { action, resources: new Set(['*']) })
  const kept = keptOf(own, [...demands.values()], dataEvents, known)
  const drafts = own.map((statement, index) => draftOf(statement, [...demands.values()], kept.flatMap(({ by }) => by[index] ?? [])))
  const shortened = shortenScope(drafts, fits)
  // No statement at all would be no scope at all, which allows everything.
  if (!shortened || shortened.scope.length === 0 || same(shortened.scope, own.map(({ actions, resources }) => ({ actions, resources })))) return null
  return { ...shortened, services, unmapped, beyond: beyond.toSorted(), kept: kept.map(({ what, by }) => ({ what, patterns: [...new Set(by.flat())].toSorted() })) }
}

function readUses(uses: readonly Use[], known: KnownActions): { demands: Map<string, Demand>; services: UsedService[]; unmapped: LearnedScope['unmapped'] } {
  const demands = new Map<string, Demand>()
  const services = new Map<string, UsedService>()
  const unmapped = new Map<string, LearnedScope['unmapped'][number]>()
  for (const use of uses) {
    const mapped = mapEvent(use, known)
    if (mapped.kind === 'unknown') {
      const key = `${use.eventSource} ${use.eventName}`
      unmapped.set(key, { eventSource: use.eventSource, eventName: use.eventName, count: use.count + (unmapped.get(key)?.count ?? 0), why: mapped.why })
    }
    for (const { action } of mapped.kind === 'actions' ? mapped.actions : []) {
      const service = serviceOf(action)
      const seen = services.get(service) ?? { service, name: known.services.get(service) ?? service, actions: [], calls: 0 }
      services.set(service, { ...seen, actions: [...new Set([...seen.actions, action])].toSorted(), calls: seen.calls + use.count })
    }
    for (const [action, resource] of neededBy(use, known)) {
      const demand = demands.get(action.toLowerCase()) ?? { action, resources: new Set<string>() }
      demands.set(action.toLowerCase(), { action, resources: demand.resources.add(resource) })
    }
  }
  return { demands, services: [...services.values()].toSorted((left, right) => right.calls - left.calls || (left.service < right.service ? -1 : 1)), unmapped: [...unmapped.values()] }
}

/** The actions of a use, each with the resource it was on: `*` where that is open, as where one call needs several actions. */
export function neededBy(use: Pick<Use, 'eventSource' | 'eventName' | 'target'>, known: KnownActions): [action: string, resource: string][] {
  const mapped = mapEvent(use, known)
  if (mapped.kind !== 'actions') return []
  return mapped.actions.map((each) => [each.action, mapped.actions.length > 1 ? '*' : usedResource(each, use.target)])
}

/** The resources of a demand that a statement lets be reached; undefined where it does not allow the action on any. */
function wanted({ action, resources }: Demand, statement: PreparedStatement): string[] | undefined {
  if (!allowsAction(statement, action)) return undefined
  const reached = [...resources].flatMap((resource) => reachable(resource, statement))
  return reached.length > 0 ? [...new Set(reached)] : undefined
}

function draftOf(of: PreparedStatement, demands: readonly Demand[], kept: readonly string[]): Draft {
  const found = demands.flatMap((demand) => {
    const resources = wanted(demand, of)
    return resources ? [{ action: demand.action, resources, isNamed: !demand.resources.has('*') && !resources.some((resource) => of.resources.includes(resource)) }] : []
  })
  const wide = [...found.filter(({ isNamed }) => !isNamed).map(({ action }) => action), ...kept]
  const named = found.filter(({ isNamed, action }) => isNamed && !coversPattern(wide, action))
  return { of: { actions: of.actions, resources: of.resources }, wide, named: named.map(({ action }) => action), resources: [...new Set(named.flatMap(({ resources }) => resources))] }
}

/** What stays because it cannot be seen, by statement of the profile. */
function keptOf(own: readonly PreparedStatement[], demands: readonly Demand[], dataEvents: readonly string[], known: KnownActions): { what: string; by: string[][] }[] {
  const passing = demands.filter(({ action }) => passingCalls.has(action.toLowerCase())).map(({ action }) => action)
  const passed = passing.length > 0 ? [{ what: `passing a role to a service, which ${passing.slice(0, 3).join(', ')} may need`, patterns: ['iam:PassRole'] }] : []
  return [...unseenBy(dataEvents), ...passed]
    .map(({ what, patterns }) => ({ what, by: own.map((statement) => patterns.flatMap((pattern) => meet(pattern, statement, known))) }))
    .filter(({ by }) => by.some((patterns) => patterns.length > 0))
}
