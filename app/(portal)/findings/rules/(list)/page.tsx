import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { z } from 'zod'
import { RulesPage } from '#components/rules/rules-page.tsx'
import { type ListedRule, listRules } from '#lib/detection/rulebook/rules.queries.ts'
import { severityOrder } from '#lib/detection/severity.ts'
import { ruleRow } from '#app/_server/rule-view.ts'
import { getServices } from '#app/_server/services.ts'
import { requireRole } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Detection rules' }

const querySchema = z.object({ q: z.string().max(200).catch('').default(''), state: z.enum(['', 'on', 'off']).catch('').default(''), origin: z.enum(['', 'own', 'foreign']).catch('').default('') })
type Query = z.infer<typeof querySchema>
type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function Rules({ searchParams }: Props): Promise<ReactNode> {
  const query = querySchema.parse(await searchParams)
  const viewer = await requireRole('/findings/rules', 'responder', 'auditor', 'admin')
  const { db, clock, eventWatch } = await getServices()
  const found = await listRules(db, viewer, eventWatch.shelf, clock())
  if (!found) notFound()
  const rules = found.rules.filter((rule) => fits(rule, query)).toSorted((one, other) => severityOrder(other.about.level) - severityOrder(one.about.level) || (one.about.title < other.about.title ? -1 : 1))
  return (
    <RulesPage
      rules={rules.map(ruleRow)}
      total={{ all: found.rules.length, on: found.rules.filter(({ enabled }) => enabled).length }}
      filters={query}
      refusals={found.refusals.map(({ rule, path, problem }) => ({ rule, path, problem }))}
      baseHref="/findings/rules"
    />
  )
}

function fits({ about, builtin, enabled }: ListedRule, { q, state, origin }: Query): boolean {
  const text = [about.title, about.author, about.description, ...about.tags].join(' ').toLowerCase()
  return q.toLowerCase().split(/\s+/).every((word) => text.includes(word)) && (state === '' || enabled === (state === 'on')) && (origin === '' || builtin === (origin === 'own'))
}
