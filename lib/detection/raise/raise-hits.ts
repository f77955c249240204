import type { Transaction } from '#lib/db/client.ts'
import type { DetectorEvent, FindingDraft } from '../detector.ts'
import { hit } from '../watch/judge-events.ts'
import { outsideRecordRule } from '../watch/outside-record.ts'
import { detectorOf, draftOfRule, draftOutside } from './draft-of-rule.ts'
import { keepFinding, lockSubject, readSubject, shortKey } from './keep-finding.ts'
import type { RaiseDeps, Waiting } from './raise-findings.ts'

/** Makes a finding of the hits of one rule about one subject, or adds them to it. 1 when something was found. */
export async function raiseHits(tx: Transaction, { eventWatch }: RaiseDeps, { ruleId, subject, accountId }: Waiting, now: Date): Promise<number> {
  if (accountId === null) return 0
  await lockSubject(tx, ruleId, accountId, subject)
  const waiting = await tx.ruleMatch.findMany({ where: { ruleId, position: hit, accountId, subject, settledAt: null }, select: { id: true, grantId: true } })
  const matchIds = waiting.map(({ id }) => id)
  const [first] = waiting
  if (!first) return 0
  const found = await readSubject(tx, accountId, first.grantId)
  const rule = eventWatch.current().rules.find(({ id }) => id === ruleId)
  const acting = { ...found, actor: subject }
  const roleArn = ruleId === outsideRecordRule ? await roleOf(tx, matchIds) : undefined
  const draftOf = roleArn !== undefined ? (events: readonly DetectorEvent[]): FindingDraft => draftOutside(acting, roleArn, events) : rule ? (events: readonly DetectorEvent[]): FindingDraft => draftOfRule(rule, acting, events) : undefined
  // A rule that was switched off meanwhile has nothing to say.
  const findingId = draftOf ? await keepFinding(tx, found.subject, detectorOf(ruleId), `${detectorOf(ruleId)}:${accountId}:${shortKey(subject)}`, matchIds, draftOf, now) : null
  await tx.ruleMatch.updateMany({ where: { id: { in: matchIds } }, data: { settledAt: now, findingId } })
  return findingId === null ? 0 : 1
}

/** The role of a session outside the record: the session's own, or the one that was taken on. */
async function roleOf(tx: Transaction, matchIds: readonly bigint[]): Promise<string> {
  const [row] = await tx.$queryRaw<{ roleArn: string | null }[]>`
    SELECT coalesce(CASE WHEN e."eventSource" = 'sts.amazonaws.com' AND e."eventName" LIKE 'AssumeRole%' THEN e.body #>> '{requestParameters,roleArn}' END, e.body #>> '{userIdentity,sessionContext,sessionIssuer,arn}') AS "roleArn"
    FROM rule_match m JOIN trail_event e ON e."accountId" = m."accountId" AND e."eventId" = m."eventId" AND e."eventTime" = m."eventTime"
    WHERE m.id = ANY(${matchIds}::bigint[]) ORDER BY e."eventTime" LIMIT 1`
  return row?.roleArn ?? 'a managed role'
}
