import { Prisma } from '#lib/db/generated/client.ts'
import type { ReportFilters } from '../filters.ts'
import { auditors, between, byAccount, byMonth, byPerson, byProfile, codeColumn, jsonColumn, matching, numberColumn, type Question, textColumn, timeColumn, watchers } from './question.ts'

const sql = Prisma.sql

/** Break-glass and its reviews. */
export const breakGlass: Question = {
  id: 'emergencies',
  title: 'When was emergency access taken, and who reviewed it?',
  lead: 'Access that nobody was asked about before, the incident it was for, and what the review said.',
  topic: 'Control',
  roles: auditors,
  filters: ['person', 'profile', 'account', 'from', 'to'],
  days: 365,
  from: (filters) => sql`
    FROM request r LEFT JOIN person p ON p.id = r."personId" LEFT JOIN access_profile ap ON ap.id = r."profileId" LEFT JOIN emergency_review v ON v."requestId" = r.id LEFT JOIN person w ON w.id = v."reviewedById"
    WHERE r."incidentReference" IS NOT NULL AND ${between(sql`r."createdAt"`, filters)}${matching(filters, { account: sql`ap."accountId"`, person: sql`r."personId"`, profile: sql`r."profileId"` })}`,
  at: sql`r."createdAt"`,
  id_: { sql: sql`r.id`, type: 'uuid' },
  columns: [
    timeColumn('when', 'When', sql`r."createdAt"`),
    textColumn('person', 'Person', sql`p."displayName"`, 'person'),
    textColumn('profile', 'Profile', sql`ap.title`),
    textColumn('incident', 'Incident', sql`r."incidentReference"`),
    textColumn('reason', 'Reason', sql`r.justification`),
    textColumn('review', 'Review', sql`CASE WHEN v."reviewedAt" IS NOT NULL THEN v.verdict WHEN v."dueAt" < now() THEN 'overdue' WHEN v."dueAt" IS NULL THEN 'none' ELSE 'waits' END`),
    textColumn('reviewedBy', 'Reviewed by', sql`w."displayName"`),
    timeColumn('reviewedAt', 'Reviewed', sql`v."reviewedAt"`),
    textColumn('note', 'What the review said', sql`v.note`),
    codeColumn('request', 'Request', sql`r.code`, 'request'),
  ],
  links: { request: sql`r.id`, person: sql`r."personId"` },
  figures: [
    { key: 'all', label: 'Emergencies' },
    { key: 'overdue', label: 'Review overdue', where: sql`v."reviewedAt" IS NULL AND v."dueAt" < now()` },
    { key: 'waits', label: 'Review waits', where: sql`v."reviewedAt" IS NULL AND v."dueAt" >= now()` },
    { key: 'justified', label: 'Justified', where: sql`v.verdict = 'justified'` },
    { key: 'other', label: 'Not justified', where: sql`v.verdict <> 'justified'` },
  ],
  groups: [byPerson(sql`r."personId"`, sql`p."displayName"`), byProfile(sql`r."profileId"`, sql`ap.title`), byMonth(sql`r."createdAt"`)],
}

/** Standing access outside the record: what the reconciler found, and sessions that no grant explains. */
export const outsideTheRecord: Question = {
  id: 'outside',
  title: 'What access is there outside the record?',
  lead: 'Trust, assignments and denials in AWS that no grant explains, and sessions of managed roles that Latchkey did not broker.',
  topic: 'Control',
  roles: watchers,
  filters: ['account', 'from', 'to'],
  days: null,
  from: (filters) => sql`
    FROM (
      SELECT o.key AS id, o."firstSeenAt" AS at, o."lastSeenAt" AS seen, o."goneAt" AS gone, 'in AWS' AS kind, o.what, o."roleArn", split_part(o."roleArn", ':', 5) AS "accountId", NULL::uuid AS "sessionId" FROM outside_record o
      UNION ALL
      SELECT s.id::text, s."firstEventAt", s."lastEventAt", NULL, 'session', split_part(s."principalId", ':', 2) || ': ' || s."eventCount" || ' calls', s."roleArn", s."accountId", s.id FROM session s WHERE s."grantId" IS NULL
    ) o LEFT JOIN account a ON a.id = o."accountId"
    WHERE ${between(sql`o.at`, filters)}${matching(filters, { account: sql`o."accountId"` })}`,
  at: sql`o.at`,
  id_: { sql: sql`o.id`, type: 'text' },
  columns: [
    timeColumn('since', 'First seen', sql`o.at`),
    timeColumn('seen', 'Last seen', sql`o.seen`),
    textColumn('kind', 'Where', sql`o.kind`, 'session'),
    textColumn('account', 'Account', sql`coalesce(a.name, o."accountId")`),
    codeColumn('role', 'Role', sql`coalesce(nullif(split_part(o."roleArn", ':role/', 2), ''), o."roleArn")`),
    textColumn('what', 'What', sql`o.what`),
    textColumn('state', 'State', sql`CASE WHEN o.kind = 'session' THEN 'seen' WHEN o.gone IS NULL THEN 'still there' ELSE 'gone' END`),
  ],
  links: { session: sql`o."sessionId"` },
  figures: [
    { key: 'all', label: 'Found' },
    { key: 'standing', label: 'Still there', where: sql`o.kind = 'in AWS' AND o.gone IS NULL` },
    { key: 'sessions', label: 'Sessions', where: sql`o.kind = 'session'` },
  ],
  groups: [byAccount(sql`o."accountId"`, sql`coalesce(a.name, o."accountId")`), byMonth(sql`o.at`)],
}

/** Changes to profiles and policies. */
export const catalogueChanges: Question = {
  id: 'changes',
  title: 'How did profiles and policies change?',
  lead: 'Every change of the catalogue with what it widened, who proposed it and who else agreed. Files hold before and after.',
  topic: 'Control',
  roles: auditors,
  filters: ['profile', 'person', 'from', 'to'],
  days: 90,
  from: (filters) => sql`
    FROM catalog_change c LEFT JOIN person p ON p.id = c."proposerId" LEFT JOIN person d ON d.id = c."deciderId"
    WHERE ${between(sql`c."createdAt"`, filters)}${matching(filters, { profile: sql`c."subjectId"`, person: sql`c."proposerId"` })}`,
  at: sql`c."createdAt"`,
  id_: { sql: sql`c.id`, type: 'uuid' },
  columns: [
    timeColumn('when', 'Proposed', sql`c."createdAt"`),
    codeColumn('subject', 'What', sql`c."subjectId"`),
    textColumn('state', 'State', sql`c.state::text`),
    textColumn('widens', 'Widens', sql`array_to_string(c.widenings, ' ')`),
    textColumn('changes', 'Otherwise', sql`array_to_string(c.others, ' ')`),
    textColumn('proposer', 'Proposed by', sql`coalesce(p."displayName", c.source)`),
    textColumn('decider', 'Agreed by', sql`d."displayName"`),
    textColumn('reason', 'Reason', sql`c.reason`),
    timeColumn('settled', 'Settled', sql`c."settledAt"`),
    codeColumn('code', 'Change', sql`c.code`, 'changes'),
    jsonColumn('before', 'Before', sql`c.before::text`),
    jsonColumn('after', 'After', sql`c.after::text`),
  ],
  links: { changes: sql`c.id` },
  figures: [
    { key: 'all', label: 'Changes' },
    { key: 'widening', label: 'Widening', where: sql`cardinality(c.widenings) > 0` },
    { key: 'applied', label: 'Applied', where: sql`c.state = 'applied'` },
    { key: 'waiting', label: 'Waiting', where: sql`c.state = 'proposed'` },
    { key: 'rejected', label: 'Rejected', where: sql`c.state = 'rejected'` },
  ],
  groups: [byProfile(sql`c."subjectId"`, sql`c."subjectId"`), byPerson(sql`c."proposerId"`, sql`coalesce(p."displayName", c.source)`), byMonth(sql`c."createdAt"`)],
}

const worst = sql`(SELECT f.severity FROM finding f WHERE f."grantId" = s."grantId" ORDER BY f."severityOrder" DESC LIMIT 1)`
/** Findings of the session's grant whose events overlap it. */
const during = sql`f."grantId" = s."grantId" AND f."lastEventAt" >= s."firstEventAt" - interval '1 minute' AND f."firstEventAt" <= s."lastEventAt" + interval '1 minute'`

const withFindings = (filters: ReportFilters): Prisma.Sql => sql`
  FROM session s JOIN "grant" g ON g.id = s."grantId" LEFT JOIN person p ON p.id = g."personId" LEFT JOIN account a ON a.id = s."accountId" LEFT JOIN access_profile ap ON ap.id = g."profileId"
  WHERE s.id IN (SELECT s.id FROM finding f JOIN session s ON ${during} WHERE ${between(sql`f."lastEventAt"`, filters)})${matching(filters, { account: sql`s."accountId"`, person: sql`g."personId"`, profile: sql`g."profileId"`, environment: sql`a.environment` })}`

/** Sessions with findings. */
export const sessionsWithFindings: Question = {
  id: 'findings',
  title: 'Which sessions had findings?',
  lead: 'What detection found in sessions, how bad, and what became of it.',
  topic: 'Control',
  roles: watchers,
  filters: ['person', 'account', 'profile', 'environment', 'from', 'to'],
  days: 30,
  from: withFindings,
  at: sql`s."lastEventAt"`,
  id_: { sql: sql`s.id`, type: 'uuid' },
  columns: [
    timeColumn('last', 'Last call', sql`s."lastEventAt"`),
    textColumn('person', 'Person', sql`p."displayName"`, 'session'),
    textColumn('account', 'Account', sql`a.name`),
    textColumn('profile', 'Profile', sql`ap.title`),
    textColumn('worst', 'Worst', worst),
    textColumn('findings', 'Findings', sql`(SELECT string_agg(DISTINCT f.title, '; ') FROM finding f WHERE ${during})`),
    textColumn('triage', 'Triage', sql`(SELECT string_agg(DISTINCT CASE WHEN f.state = 'closed' THEN 'closed as ' || coalesce(f."closedAs"::text, '?') ELSE f.state::text END, ', ') FROM finding f WHERE ${during})`),
    numberColumn('changes', 'Changes', sql`s."changeCount"`),
    codeColumn('request', 'Request', sql`(SELECT r.code FROM request r WHERE r.id = g."requestId")`, 'request'),
  ],
  links: { session: sql`s.id`, request: sql`g."requestId"` },
  figures: [
    { key: 'all', label: 'Sessions' },
    { key: 'open', label: 'With open findings', where: sql`EXISTS (SELECT FROM finding f WHERE ${during} AND f.state <> 'closed')` },
    { key: 'critical', label: 'Critical or high', where: sql`EXISTS (SELECT FROM finding f WHERE ${during} AND f.severity IN ('critical', 'high'))` },
    { key: 'people', label: 'People', sql: sql`count(DISTINCT g."personId")` },
  ],
  groups: [byPerson(sql`g."personId"`, sql`p."displayName"`), byAccount(sql`s."accountId"`, sql`a.name`), byProfile(sql`g."profileId"`, sql`ap.title`), byMonth(sql`s."lastEventAt"`)],
}
