import 'server-only'
import type { NarrowedModel } from '#components/request/request-models.ts'
import type { NarrowedScope } from '#lib/requests/narrowed-scope.ts'

/** What a request keeps to, or could keep to, in words; null where it is the whole profile. */
export function narrowedModel(narrowed: NarrowedScope | null): NarrowedModel | null {
  if (!narrowed) return null
  const { services, kept, steps, unmapped, beyond, scope, usedUntil } = narrowed
  const actions = services.reduce((sum, service) => sum + service.actions.length, 0)
  const names = services.map(({ name }) => shortName(name))
  const [more, shown] = [names.length - 3, names.slice(0, 3).join(', ')]
  return {
    sentence: `${plural(actions, 'action')} of ${more > 0 ? `${shown} and ${plural(more, 'more service')}` : shown}, last used ${usedUntil.slice(0, 10)}.`,
    services: services.map((service) => ({ name: shortName(service.name), actions: service.actions })),
    kept: kept.length > 0 ? `Stays as the profile has it, because CloudTrail's history does not show it: ${kept.map(({ what }) => what).join('; ')}.` : null,
    notes: [
      ...(steps.length > 0 ? [`Shortened, because AWS takes session policies of at most 2,048 characters: ${steps.join(' ')}`] : []),
      ...(unmapped.length > 0 ? [`Not kept, because AWS lists no action for it: ${unmapped.join(', ')}.`] : []),
      ...(beyond.length > 0 ? [`Worked by a policy of the resource, not by the profile: ${beyond.join(', ')}.`] : []),
    ],
    policy: JSON.stringify({ Version: '2012-10-17', Statement: scope.map((statement) => ({ Effect: 'Allow', Action: statement.actions, Resource: statement.resources })) }, null, 2),
  }
}

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
const shortName = (name: string): string => name.replace(/^(Amazon|AWS) (?=\S)/, '').replace(/ \(.*\)$/, '')
