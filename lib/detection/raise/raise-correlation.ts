import { after } from '#lib/config/clock.ts'
import type { Transaction } from '#lib/db/client.ts'
import type { RuleMatch } from '#lib/db/generated/client.ts'
import { storeRecords } from '#lib/trail/ingest/store-records.ts'
import { parseEvent } from '#lib/trail/parse-event.ts'
import type { Contributed, CorrelationUse, RuleSet } from '../sigma/rule-set.ts'
import { hit, latenessMs, partOf } from '../watch/judge-events.ts'
import { keepMatches } from '../watch/match.store.ts'
import { detectorOf, draftOfRule } from './draft-of-rule.ts'
import { keepFinding, lockSubject, readSubject, shortKey } from './keep-finding.ts'
import type { RaiseDeps, Waiting } from './raise-findings.ts'

/** More of one group in its window are not looked at; the newest are. */
const mostParts = 20_000

type Part = Contributed & { row: RuleMatch }

/**
 * Looks at one group of a correlation: the parts that wait, and those within its timespan around them, whatever order they
 * came in. What made a hit is used, and makes no second one. A hit is a finding, or a part of an outer correlation, or both.
 */
export async function raiseCorrelation(tx: Transaction, { eventWatch }: RaiseDeps, { ruleId, subject }: Waiting, now: Date): Promise<number> {
  await lockSubject(tx, ruleId, subject)
  const rules = eventWatch.current()
  const [at, use] = [...rules.correlations].find(([, { about }]) => about.id === ruleId) ?? []
  const waiting = { ruleId, subject, position: { not: hit }, settledAt: null, dueAt: { lte: now } }
  const { _min, _max } = await tx.ruleMatch.aggregate({ where: waiting, _min: { eventTime: true }, _max: { eventTime: true } })
  let raised = 0
  if (at !== undefined && use && _min.eventTime && _max.eventTime) {
    const parts = await readParts(tx, rules, at, use, { ruleId, subject, from: after(_min.eventTime, -use.timespanMs), to: after(_max.eventTime, use.timespanMs) })
    const hits = use.hitsIn<string, Part>(parts, now.getTime() - latenessMs, (one, other) => (one < other ? -1 : one > other ? 1 : 0))
    for (const { contributions, feeds } of hits) {
      const rows = contributions.map(({ row }) => row)
      await keepEvents(tx, rows, now)
      const findingId = use.silent ? null : await openCorrelated(tx, use, subject, rows, now)
      await tx.ruleMatch.updateMany({ where: { id: { in: rows.map(({ id }) => id) } }, data: { usedAt: now, findingId } })
      await feed(tx, rules, feeds, rows, now)
      raised += findingId === null ? 0 : 1
    }
  }
  await tx.ruleMatch.updateMany({ where: waiting, data: { settledAt: now } })
  return raised
}

async function readParts(tx: Transaction, rules: RuleSet, at: number, { about }: CorrelationUse, { ruleId, subject, from, to }: { ruleId: string; subject: string; from: Date; to: Date }): Promise<Part[]> {
  const rows = await tx.ruleMatch.findMany({ where: { ruleId, subject, position: { not: hit }, usedAt: null, eventTime: { gte: from, lte: to } }, orderBy: [{ eventTime: 'desc' }, { id: 'desc' }], take: mostParts })
  const places = new Map([...rules.correlations].map(([place, other]) => [other.about.id, place]))
  return rows.map((row) => ({
    row,
    correlation: at,
    group: subject,
    rule: row.position,
    atMs: row.eventTime.getTime(),
    eventId: row.eventId,
    earlierIds: row.earlierIds,
    value: row.value ?? undefined,
    keys: new Map(((row.keys ?? []) as [string, string, string | null][]).flatMap(([outer, group, value]) => (places.has(outer) && outer !== about.id ? [[places.get(outer) as number, { group, value: value ?? undefined }] as const] : []))),
  }))
}

/** What made a hit is evidence: it is kept whole, also where no grant explains it. */
async function keepEvents(tx: Transaction, rows: readonly RuleMatch[], now: Date): Promise<void> {
  const records = rows.flatMap(({ body, accountId, grantId }) => {
    const reading = body === null ? undefined : parseEvent(body)
    return reading?.ok ? [{ event: reading.event, accountId, grantId, inSession: false }] : []
  })
  await storeRecords(tx, records, now)
}

async function openCorrelated(tx: Transaction, { about }: CorrelationUse, group: string, rows: readonly RuleMatch[], now: Date): Promise<string> {
  const last = rows.reduce((latest, row) => (row.eventTime >= latest.eventTime ? row : latest))
  const grantIds = new Set(rows.map(({ grantId }) => grantId))
  const found = await readSubject(tx, last.accountId, grantIds.size === 1 ? last.grantId : null)
  const detector = detectorOf(about.id)
  return keepFinding(tx, found.subject, detector, `${detector}:${last.accountId}:${shortKey(group)}`, rows.map(({ id }) => id), (events) => draftOfRule(about, { ...found, actor: readableGroup(group) }, events), now)
}

/** The group's fields are a list as JSON. */
function readableGroup(group: string): string {
  const fields = JSON.parse(group) as unknown
  return Array.isArray(fields) && fields.length > 0 ? fields.join(', ') : 'Somebody'
}

/** A hit of an inner correlation is a part of the outer one, at the time of its last event. */
async function feed(tx: Transaction, rules: RuleSet, feeds: readonly Contributed[], rows: readonly RuleMatch[], now: Date): Promise<void> {
  const last = rows.reduce((latest, row) => (row.eventTime >= latest.eventTime ? row : latest))
  const { accountId, eventTime, grantId, body } = last
  await keepMatches(tx, feeds.flatMap((one) => partOf(rules, one, { accountId, eventTime, grantId, eventId: one.eventId, earlierIds: [...one.earlierIds] }, body as null, now)))
}
