import { after, minutes } from '#lib/config/clock.ts'
import type { ExplainedEvent } from '#lib/trail/ingest/ingest-records.ts'
import type { JsonObject, TrailFacts } from '#lib/trail/parse-event.ts'
import type { Contributed, RuleSet } from '../sigma/rule-set.ts'
import { outsideRecordRule } from './outside-record.ts'

/** That a rule fits an event. `position` is the rule's place in a correlation's list, or `hit`. */
export type MatchToKeep = {
  ruleId: string
  position: number
  accountId: string
  eventId: string
  eventTime: Date
  grantId: string | null
  subject: string
  value: string | null
  keys: [ruleId: string, group: string, value: string | null][] | null
  earlierIds: string[]
  body: JsonObject | null
  dueAt: Date
  keepUntil: Date
}
export const hit = -1

/** Events come up to this much late; a window is over for good only then. */
export const latenessMs = minutes(15)
/** Parts wait this much longer than their window for what comes later still. */
const partsLastMs = minutes(24 * 60)
const hitsLastMs = minutes(90 * 24 * 60)

/** What the rules say of events: the matches, and which events are to be kept whole because a rule speaks about them. */
export function judgeEvents(rules: RuleSet, events: readonly ExplainedEvent[], now: Date): { matches: MatchToKeep[]; keep: Set<TrailFacts> } {
  const matches: MatchToKeep[] = []
  const keep = new Set<TrailFacts>()
  for (const explained of events) {
    const { event, accountId, explanation } = explained
    const found = { accountId, eventId: event.eventId, eventTime: event.eventTime, grantId: explanation.kind === 'grant' ? explanation.grantId : null, earlierIds: [] }
    const asHit = (ruleId: string, subject: string): MatchToKeep => ({ ...found, ruleId, position: hit, subject, value: null, keys: null, body: null, dueAt: now, keepUntil: after(now, hitsLastMs) })
    const outside = outsideSubject(explained)
    if (outside !== undefined) matches.push(asHit(outsideRecordRule, outside))
    const { hits, contributed } = rules.judge(event.body, event.eventId, event.eventTime.getTime())
    for (const { id, level } of hits) {
      // What Sigma calls informational is for looking up, and no finding.
      if (level === 'informational') continue
      keep.add(event)
      matches.push(asHit(id, found.grantId ?? actorOf(event)))
    }
    for (const one of contributed) matches.push(...partOf(rules, one, found, isStored(explained) ? null : event.body, now))
  }
  return { matches, keep }
}

/** What ingestion keeps anyway need not wait here a second time. */
const isStored = ({ explanation: { kind } }: ExplainedEvent): boolean => kind === 'grant' || kind === 'outside' || kind === 'unbrokered'

function outsideSubject({ event, explanation }: ExplainedEvent): string | undefined {
  if (explanation.kind === 'unbrokered') return explanation.assumed ?? explanation.roleArn
  return explanation.kind === 'outside' ? (event.principalId ?? event.issuerArn ?? 'unknown') : undefined
}

/** Who acted, as findings are grouped by: the ARN says role and session name. */
function actorOf({ body, principalId }: TrailFacts): string {
  const identity = body.userIdentity
  const { arn, type, invokedBy } = typeof identity === 'object' && identity !== null && !Array.isArray(identity) ? identity : ({} as JsonObject)
  return [arn, principalId, invokedBy, type].find((text): text is string => typeof text === 'string' && text !== '') ?? 'unknown'
}

type Found = Pick<MatchToKeep, 'accountId' | 'eventId' | 'eventTime' | 'grantId' | 'earlierIds'>

/** A part of a correlation's window; looked at when the window is over, where more events could undo the condition. */
export function partOf(rules: RuleSet, { correlation, rule, group, value, keys }: Omit<Contributed, 'atMs' | 'eventId' | 'earlierIds'>, found: Found, body: JsonObject | null, now: Date): MatchToKeep[] {
  const use = rules.correlations.get(correlation)
  if (!use) return []
  const latest = found.eventTime > now ? found.eventTime : now
  const outer = [...keys].flatMap(([at, key]): [string, string, string | null][] => {
    const ruleId = rules.correlations.get(at)?.about.id
    return ruleId === undefined ? [] : [[ruleId, key.group, key.value ?? null]]
  })
  return [
    {
      ...found,
      ruleId: use.about.id,
      position: rule,
      subject: group,
      value: value ?? null,
      keys: outer.length > 0 ? outer : null,
      body,
      dueAt: use.looksWhenOver ? after(found.eventTime, use.timespanMs + latenessMs) : now,
      keepUntil: after(latest, use.timespanMs + partsLastMs),
    },
  ]
}
