import type { Database } from '#lib/db/client.ts'
import type { EventWatch } from '#lib/trail/ingest/ingest-records.ts'
import { compileRuleSet, type RuleSet } from '../sigma/rule-set.ts'
import { judgeEvents } from './judge-events.ts'
import { keepMatches } from './match.store.ts'
import type { RuleShelf } from './rule-shelf.ts'

/** The rules as they are switched on at the moment, compiled. */
export type WatchingRules = EventWatch & { current(): RuleSet; shelf: RuleShelf }

/** How long a switch may take to reach every replica. */
const switchesReadMs = 2_000

/**
 * Judges events by the rules that are switched on. Ours are on unless somebody switched them off, foreign ones off unless
 * somebody switched them on. Rules are compiled once, and again when a switch changed.
 */
export function openEventWatch(db: Database, shelf: RuleShelf, lists: ReadonlyMap<string, readonly string[]>): WatchingRules {
  let compiled: { set: RuleSet; version: string } | undefined
  let readAt = Number.NEGATIVE_INFINITY
  const refresh = async (): Promise<void> => {
    const now = performance.now()
    if (now - readAt < switchesReadMs && compiled) return
    const switches = await db.ruleSwitch.findMany({ select: { ruleId: true, enabled: true }, orderBy: { ruleId: 'asc' } })
    const version = JSON.stringify(switches)
    if (compiled?.version !== version) compiled = { set: compileRuleSet(shelf.rules.filter((rule) => isOn(rule, switches)).map(({ file }) => file), lists), version }
    readAt = now
  }
  const current = (): RuleSet => {
    if (!compiled) throw new Error('The rules are not compiled yet.')
    return compiled.set
  }
  return {
    shelf,
    current,
    ready: refresh,
    judge: (events, now) => {
      const { matches, keep } = judgeEvents(current(), events, now)
      return { keep, note: (tx) => keepMatches(tx, matches) }
    },
  }
}

/** Whether a rule is used: by what somebody said, or else by where it comes from. */
export function isOn({ about, builtin }: { about: { id: string }; builtin: boolean }, switches: readonly { ruleId: string; enabled: boolean }[]): boolean {
  return switches.find(({ ruleId }) => ruleId === about.id)?.enabled ?? builtin
}
