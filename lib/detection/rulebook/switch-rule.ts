import type { Clock } from '#lib/config/clock.ts'
import { refuse, type Result } from '#lib/config/result.ts'
import type { Database } from '#lib/db/client.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { compileRuleSet } from '../sigma/rule-set.ts'
import { isOn } from '../watch/open-event-watch.ts'
import type { RuleShelf } from '../watch/rule-shelf.ts'

export type SwitchResult = Result<{ title: string }, 'not_found' | 'not_allowed' | 'already' | 'not_usable'>
type Deps = { db: Database; clock: Clock; shelf: RuleShelf; lists: ReadonlyMap<string, readonly string[]> }

/**
 * Switches a detection rule on or off, with its record entry: admins only. A rule that asks for what is not supported is
 * not switched on. Every replica follows within seconds. The viewer must be fresh.
 */
export async function switchRule({ db, clock, shelf, lists }: Deps, viewer: Viewer, ruleId: string, enabled: boolean): Promise<SwitchResult> {
  if (!hasRole(viewer, 'responder', 'auditor', 'admin')) return refuse('not_found', 'There is no such rule for you to see.')
  if (!hasRole(viewer, 'admin')) return refuse('not_allowed', 'Which rules watch is for admins to say.', 'Ask an admin to switch it.')
  const rule = shelf.rules.find(({ about }) => about.id === ruleId)
  if (!rule) return refuse('not_found', 'There is no such rule.', 'It may have been taken out of its folder.')
  const [refusal] = enabled ? compileRuleSet([rule.file], lists).refusals : []
  if (refusal) return refuse('not_usable', `This rule cannot be used: ${refusal.problem}`, 'Mend the file, and start the portal again.')
  const now = clock()
  return db.$transaction(async (tx): Promise<SwitchResult> => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${`rule-switch ${ruleId}`}))`
    const before = isOn(rule, await tx.ruleSwitch.findMany({ where: { ruleId } }))
    if (before === enabled) return refuse('already', `This rule is ${enabled ? 'on' : 'off'} already.`, 'The page shows its state now.')
    const data = { enabled, changedAt: now, changedById: viewer.personId }
    await tx.ruleSwitch.upsert({ where: { ruleId }, create: { ruleId, ...data }, update: data })
    await appendEntry(tx, { kind: enabled ? 'rule.on' : 'rule.off', occurredAt: now, actorId: viewer.personId, subjectId: ruleId, facts: { rule: rule.about.title.slice(0, 256), builtin: rule.builtin, before, after: enabled } })
    return { ok: true, title: rule.about.title }
  })
}
