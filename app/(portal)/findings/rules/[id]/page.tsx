import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { z } from 'zod'
import { RulePage } from '#components/rules/rule-page.tsx'
import { after, minutes } from '#lib/config/clock.ts'
import { countVerdicts } from '#lib/detection/findings.queries.ts'
import { detectorOf } from '#lib/detection/raise/draft-of-rule.ts'
import { listRules } from '#lib/detection/rulebook/rules.queries.ts'
import { tryRule } from '#lib/detection/rulebook/try-rule.ts'
import { hasRole } from '#lib/people/viewer.ts'
import { switchRuleAction } from '#app/_actions/rule.actions.ts'
import { ruleDetail, trialModel, verdictCounts } from '#app/_server/rule-view.ts'
import { getServices } from '#app/_server/services.ts'
import { requireRole } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Detection rule' }

const daysSchema = z.enum(['1', '7', '30', '90']).optional().catch(undefined)
type Props = { params: Promise<{ id: string }>; searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function Rule({ params, searchParams }: Props): Promise<ReactNode> {
  const id = decodeURIComponent((await params).id)
  const viewer = await requireRole('/findings/rules', 'responder', 'auditor', 'admin')
  const { db, clock, eventWatch, config } = await getServices()
  const now = clock()
  const found = await listRules(db, viewer, eventWatch.shelf, now)
  const rule = found?.rules.find(({ about }) => about.id === id)
  if (!rule) notFound()
  const days = daysSchema.parse((await searchParams).days)
  const trial = days === undefined ? null : await tryRule(db, viewer, rule.file, config.detection.lists, after(now, -minutes(Number(days) * 24 * 60)))
  const detector = detectorOf(rule.about.id)
  const verdicts = verdictCounts(detector, await countVerdicts(db, viewer, detector, now))
  return <RulePage verdicts={verdicts} now={now.toISOString()} rule={ruleDetail(rule)} days={days ?? ''} trial={trial && trialModel(trial)} switchAction={hasRole(viewer, 'admin') ? switchRuleAction : null} />
}
