import type { Transaction } from '#lib/db/client.ts'
import type { MatchToKeep } from './judge-events.ts'

/** Keeps what rules said, each once: the same event judged again, here or on another replica, changes nothing. */
export async function keepMatches(tx: Transaction, matches: readonly MatchToKeep[]): Promise<void> {
  if (matches.length === 0) return
  await tx.$executeRaw`
    INSERT INTO rule_match ("ruleId", position, "accountId", "eventId", "eventTime", "grantId", subject, value, keys, "earlierIds", body, "dueAt", "keepUntil")
    SELECT DISTINCT ON (m."ruleId", m.position, m."accountId", m."eventId", m."eventTime")
      m."ruleId", m.position, m."accountId", m."eventId", m."eventTime", m."grantId", m.subject, m.value, m.keys, ARRAY(SELECT jsonb_array_elements_text(m."earlierIds")), nullif(m.body, 'null'::jsonb), m."dueAt", m."keepUntil"
    FROM jsonb_to_recordset(${JSON.stringify(matches)}::jsonb) AS m("ruleId" text, position int, "accountId" text, "eventId" text, "eventTime" timestamptz, "grantId" uuid, subject text, value text, keys jsonb, "earlierIds" jsonb, body jsonb, "dueAt" timestamptz, "keepUntil" timestamptz)
    ORDER BY m."ruleId", m.position, m."accountId", m."eventId", m."eventTime"
    ON CONFLICT ("ruleId", position, "accountId", "eventId", "eventTime") DO NOTHING`
}
