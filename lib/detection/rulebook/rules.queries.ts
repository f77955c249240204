import type { Database } from '#lib/db/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import type { RuleRefusal } from '../sigma/read-rules.ts'
import { isOn } from '../watch/open-event-watch.ts'
import type { RuleShelf, ShelvedRule } from '../watch/rule-shelf.ts'

const mayWatch = (viewer: Viewer): boolean => hasRole(viewer, 'responder', 'auditor', 'admin')

export type ListedRule = ShelvedRule & { enabled: boolean; changedAt: Date | null; changedBy: string | null; /** Findings of the last 30 days. */ findings: number }

const monthMs = 30 * 24 * 3_600_000

/** Every rule there is with whether it is on, and what of the configured folders cannot be used; null for those who may not watch. */
export async function listRules(db: Database, viewer: Viewer, shelf: RuleShelf, now: Date): Promise<{ rules: ListedRule[]; refusals: readonly RuleRefusal[] } | null> {
  if (!mayWatch(viewer)) return null
  const [switches, counts] = await Promise.all([
    db.ruleSwitch.findMany({ include: { changedBy: { select: { displayName: true } } } }),
    db.$queryRaw<{ detector: string; findings: number }[]>`
      SELECT detector, count(*)::int AS findings FROM finding WHERE detector LIKE 'sigma:%' AND "lastEventAt" >= ${new Date(now.getTime() - monthMs)}::timestamptz GROUP BY 1`,
  ])
  const found = new Map(counts.map(({ detector, findings }) => [detector, findings]))
  const rules = shelf.rules.map((rule) => {
    const change = switches.find(({ ruleId }) => ruleId === rule.about.id)
    return { ...rule, enabled: isOn(rule, switches), changedAt: change?.changedAt ?? null, changedBy: change?.changedBy.displayName ?? null, findings: found.get(`sigma:${rule.about.id}`) ?? 0 }
  })
  return { rules, refusals: shelf.refusals }
}
