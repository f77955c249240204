import { groupsNamed, rulesOf } from '#lib/catalog/approval-schema.ts'
import type { ProfileDefinition } from '#lib/catalog/catalog-schema.ts'
import type { NamedPeople } from './approval-policy.ts'

/** Texts by which a profile's rules name people, for looking them up. */
export function referencesIn(definition: ProfileDefinition): string[] {
  return [...new Set(rulesOf(definition.approval).flatMap((rule) => (rule.steps ?? []).flatMap((step) => step.deciders.people)))]
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
