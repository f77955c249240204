import { groupsNamed, rulesOf } from '#lib/catalog/approval-schema.ts'
import type { ProfileDefinition } from '#lib/catalog/catalog-schema.ts'
import type { WantedPeople } from '#lib/people/deciders.queries.ts'
import type { NamedPeople } from './approval-policy.ts'

/** Whom a profile's rules name, those on trial too, for looking them up: what nobody names is not read. */
export function wantedBy({ approval, owners }: ProfileDefinition): WantedPeople {
  const rules = [...rulesOf(approval), ...(('rules' in approval && approval.shadow) || [])]
  const deciders = rules.flatMap((rule) => (rule.steps ?? []).map((step) => step.deciders))
  return {
    references: [...new Set(deciders.flatMap(({ people }) => people))],
    manager: deciders.some(({ manager }) => manager),
    owners: deciders.some((who) => who.owners) ? owners : undefined,
  }
}

/** The same people without those from whom an access review took the right to decide: who could not decide is not asked. */
export function withoutExcluded({ manager, owners, byReference }: NamedPeople, excludedIds: readonly string[]): NamedPeople {
  const stays = ({ id }: { id: string }): boolean => !excludedIds.includes(id)
  return { manager: manager && stays(manager) ? manager : null, owners: { groups: owners.groups, people: owners.people.filter(stays) }, byReference: new Map([...byReference].filter(([, person]) => stays(person))) }
}

/** Everybody whom a profile's policy, as it is now, lets decide anything: who lost their place since cannot decide. */
export function namedInPolicy(definition: ProfileDefinition, named: NamedPeople): { groupsNamed: string[]; personIdsNamed: string[] } {
  const deciders = rulesOf(definition.approval).flatMap((rule) => (rule.steps ?? []).map((step) => step.deciders))
  const owning = deciders.some(({ owners }) => owners)
  const managing = deciders.some(({ manager }) => manager)
  const people = deciders.flatMap((who) => who.people.flatMap((reference) => named.byReference.get(reference)?.id ?? []))
  return {
    groupsNamed: [...new Set([...groupsNamed(definition.approval), ...(owning ? named.owners.groups : [])])],
    personIdsNamed: [...new Set([...people, ...(owning ? named.owners.people.map(({ id }) => id) : []), ...(managing && named.manager ? [named.manager.id] : [])])],
  }
}
