import { rulesOf } from './approval-schema.ts'
import type { ProfileDefinition } from './catalog-schema.ts'
import { canonicalJson } from '#lib/record/canonical-json.ts'
import { plain } from './difference.ts'

/** A person as a profile may name them: all groups of all their identities, and the texts that name them. */
export type NamedPerson = { groups: readonly string[]; references: ReadonlySet<string>; leads: boolean }

export const rightWords = { request: 'ask for it', emergency: 'take it in an emergency', decide: 'decide requests', review: 'review emergencies' } as const
export type RightKind = keyof typeof rightWords

const mayAsk = ({ request, pilot }: ProfileDefinition): readonly string[] => pilot?.groups ?? request.groups

/**
 * What a profile gives a person: a key for each right. The right to decide is one for each step of a rule with its
 * conditions and quorum, so that a place in another rule, or the same with looser conditions or fewer others, is a new
 * right. Pure.
 */
export function rightsOf(person: NamedPerson, definition: ProfileDefinition | null): Set<string> {
  if (!definition) return new Set()
  const named = (who: { groups: readonly string[]; people?: readonly string[] }): boolean => who.groups.some((group) => person.groups.includes(group)) || (who.people ?? []).some((reference) => person.references.has(reference))
  const owns = definition.owners !== undefined && named(definition.owners)
  const decides = rulesOf(definition.approval).flatMap(({ when, steps = [] }) =>
    steps.flatMap(({ deciders, quorum, escalation }, index) => {
      const place = canonicalJson(plain({ when, index, quorum }))
      const now = named(deciders) || (deciders.manager && person.leads) || (deciders.owners && owns)
      return [...(now ? [`decide ${place}`] : []), ...(escalation && named(escalation) ? [`decide later ${place} ${escalation.afterMinutes}`] : [])]
    }),
  )
  return new Set([
    ...(named({ groups: mayAsk(definition) }) || named(definition.request) ? ['request'] : []),
    ...(definition.breakGlass && named(definition.breakGlass) ? ['emergency'] : []),
    ...(definition.breakGlass && named({ groups: definition.breakGlass.reviewers }) ? ['review'] : []),
    ...(owns ? ['decide as owner'] : []),
    ...decides,
  ])
}

/** The kinds of rights that `after` gives a person and not every one of `befores` gave. */
export function gainsOf(person: NamedPerson, befores: readonly (ProfileDefinition | null)[], after: ProfileDefinition | null): RightKind[] {
  const held = befores.map((before) => rightsOf(person, before))
  const gained = [...rightsOf(person, after)].filter((right) => !held.every((rights) => rights.has(right)))
  return [...new Set(gained.map((right) => right.split(' ')[0] as RightKind))]
}

/** The groups that a profile gives each kind of right; who is named otherwise is not among them. */
function groupsWith(definition: ProfileDefinition | null): Record<RightKind, string[]> {
  if (!definition) return { request: [], emergency: [], decide: [], review: [] }
  const steps = rulesOf(definition.approval).flatMap((rule) => rule.steps ?? [])
  const deciding = steps.flatMap(({ deciders, escalation }) => [...deciders.groups, ...(deciders.owners ? (definition.owners?.groups ?? []) : []), ...(escalation?.groups ?? [])])
  return { request: [...mayAsk(definition)], emergency: definition.breakGlass?.groups ?? [], decide: [...new Set(deciding)], review: definition.breakGlass?.reviewers ?? [] }
}

export type GroupChange = { right: RightKind; before: string[]; after: string[]; gained: string[]; lost: string[] }

/** Which groups get and lose which right by a change. Pure. */
export function whoGainsAndLoses(before: ProfileDefinition | null, after: ProfileDefinition | null): GroupChange[] {
  const [old, next] = [groupsWith(before), groupsWith(after)]
  return (Object.keys(rightWords) as RightKind[]).map((right) => ({
    right,
    before: old[right],
    after: next[right],
    gained: next[right].filter((group) => !old[right].includes(group)),
    lost: old[right].filter((group) => !next[right].includes(group)),
  }))
}
