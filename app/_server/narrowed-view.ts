import 'server-only'
import type { NarrowedModel } from '#components/request/request-models.ts'
import type { NarrowedScope } from '#lib/requests/narrowed-scope.ts'

/** What a request keeps to, or could keep to, in words; null where it is the whole profile. */
export function narrowedModel(narrowed: NarrowedScope | null): NarrowedModel | null {
  if (!narrowed) return null
  const { services, scope, usedUntil } = narrowed
  const actions = services.reduce((sum, service) => sum + service.actions.length, 0)
  const names = services.map(({ name }) => shortName(name))
  const [more, shown] = [names.length - 3, names.slice(0, 3).join(', ')]
  return {
    sentence: `${plural(actions, 'action')} of ${more > 0 ? `${shown} and ${plural(more, 'more service')}` : shown}, last used ${usedUntil.slice(0, 10)}.`,
    services: services.map((service) => ({ name: shortName(service.name), actions: service.actions })),
    kept: keptSentence(narrowed),
    notes: notesOf(narrowed),
    policy: JSON.stringify({ Version: '2012-10-17', Statement: scope.map((statement) => ({ Effect: 'Allow', Action: statement.actions, Resource: statement.resources })) }, null, 2),
  }
}

/** What stays though nobody may have used it; by its actions as well, where they are few. */
export function keptSentence({ kept }: Pick<NarrowedScope, 'kept'>): string | null {
  if (kept.length === 0) return null
  const few = kept.flatMap(({ patterns }) => patterns).length <= 8
  return `Stays as the profile has it, because CloudTrail's history does not show it: ${kept.map(({ what, patterns }) => (few ? `${what} (${patterns.join(', ')})` : what)).join('; ')}.`
}

/** How it came about, where that is not simply what was used. */
export function notesOf({ steps, unmapped, beyond }: Pick<NarrowedScope, 'steps' | 'unmapped' | 'beyond'>): string[] {
  return [
    ...(steps.length > 0 ? [`Shortened, because AWS takes session policies of at most 2,048 characters: ${steps.join(' ')}`] : []),
    ...(unmapped.length > 0 ? [`Not kept, because AWS lists no action for it: ${unmapped.join(', ')}.`] : []),
    ...(beyond.length > 0 ? [`Worked by a policy of the resource, not by the profile: ${beyond.join(', ')}.`] : []),
  ]
}

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

/** "EC2" of "Amazon EC2". */
export const shortName = (name: string): string => name.replace(/^(Amazon|AWS) (?=\S)/, '').replace(/ \(.*\)$/, '')
