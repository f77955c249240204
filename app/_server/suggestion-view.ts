import 'server-only'
import { z } from 'zod'
import type { SuggestionModel } from '#components/catalogue/catalogue-models.ts'
import type { CatalogRow } from '#lib/catalog/admin.queries.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import type { Denial } from '#lib/trail/learned/judge-scope.ts'
import type { ScopeStatement } from '#lib/trail/learned/scope-statements.ts'
import { suggestScope } from '#lib/trail/learned/suggest-scope.ts'
import { keptSentence, notesOf, shortName } from './narrowed-view.ts'
import { getServices } from './services.ts'

const choices = ['7', '30', '90'] as const
export const suggestionSchema = z.object({ days: z.enum(choices).catch('30') })

/** The smaller scope that everybody's use of a profile suggests, in words; null where there are no credentials to cut. */
export async function suggestionModel(viewer: Viewer, profile: CatalogRow, days: (typeof choices)[number]): Promise<SuggestionModel | null> {
  const services = await getServices()
  const suggestion = await suggestScope({ ...services, trailSources: services.config.trailSources }, viewer, profile, Number(days), services.clock())
  if (!suggestion) return null
  const { learned, people, whole, denied, actions } = suggestion
  return {
    choices: choices.map((each) => ({ label: `${each} days`, href: `/catalogue/${profile.id}?days=${each}#suggestion`, chosen: each === days })),
    people,
    whole,
    suggested: learned && {
      before: actions.before,
      after: actions.after,
      services: learned.services.map((service) => ({ name: shortName(service.name), actions: service.actions })),
      kept: keptSentence(learned),
      notes: notesOf({ ...learned, unmapped: learned.unmapped.map(({ eventSource, eventName }) => `${eventSource.split('.')[0]}:${eventName}`) }),
      policy: ['scope:', ...learned.scope.flatMap(yamlOf)].join('\n'),
      denied: together(denied),
    },
  }
}

/** As the catalogue's file has it; text in quotes as JSON writes it is text in YAML. */
const yamlOf = ({ actions, resources }: ScopeStatement): string[] => [...listOf('  - actions:', actions), ...listOf('    resources:', resources)]
const listOf = (key: string, values: readonly string[]): string[] => [key, ...values.map((value) => `      - ${JSON.stringify(value)}`)]

/** One row an action, the latest first. */
function together(denied: readonly Denial[]): { action: string; calls: number; lastAt: string }[] {
  const rows = new Map<string, { action: string; calls: number; lastAt: string }>()
  for (const { action, count, lastAt } of denied) {
    const row = rows.get(action) ?? { action, calls: 0, lastAt: lastAt.toISOString() }
    rows.set(action, { action, calls: row.calls + count, lastAt: [row.lastAt, lastAt.toISOString()].toSorted().at(-1) ?? row.lastAt })
  }
  return [...rows.values()].toSorted((left, right) => (left.lastAt < right.lastAt ? 1 : -1))
}
