import { Prisma } from '#lib/db/generated/client.ts'
import type { ReportFilters } from '../filters.ts'
import { auditors, between, byMonth, codeColumn, type Question, textColumn, timeColumn } from './question.ts'

const sql = Prisma.sql

/** What one person asked, got and did, as one list: each part has an index by person. */
function story(filters: ReportFilters): Prisma.Sql {
  const person = filters.person === '' ? '00000000-0000-0000-0000-000000000000' : filters.person
  return sql`
    FROM (
      SELECT r.id, r."createdAt" AS at, 'asked' AS what, ap.title AS about, ap."accountId", r.justification AS detail, r.state::text AS outcome, r.code, r.id AS "requestId"
        FROM request r JOIN access_profile ap ON ap.id = r."profileId" WHERE r."personId" = ${person}::uuid
      UNION ALL
      SELECT g.id, g."activatedAt", 'got', ap.title, g."accountId", coalesce(g.confirmation, ''), CASE WHEN g.state = 'ended' THEN g."endReason"::text ELSE g.state::text END, g.code, g."requestId"
        FROM "grant" g JOIN access_profile ap ON ap.id = g."profileId" WHERE g."personId" = ${person}::uuid AND g."activatedAt" IS NOT NULL
      UNION ALL
      SELECT l.id, l."requestedAt", 'credentials', ap.title, g."accountId", l.purpose::text, l.state::text, g.code, g."requestId"
        FROM "grant" g JOIN lease l ON l."grantId" = g.id JOIN access_profile ap ON ap.id = g."profileId" WHERE g."personId" = ${person}::uuid AND l.purpose <> 'probe'
      UNION ALL
      SELECT s.id, s."sessionStartedAt", 'did', ap.title, s."accountId", s."eventCount" || ' calls, ' || s."changeCount" || ' changes, ' || s."deniedCount" || ' denied', array_to_string(s.clients, ', '), g.code, g."requestId"
        FROM "grant" g JOIN session s ON s."grantId" = g.id JOIN access_profile ap ON ap.id = g."profileId" WHERE g."personId" = ${person}::uuid
      UNION ALL
      SELECT d.id, d."decidedAt", 'decided', ap.title, ap."accountId", coalesce(d.reason, ''), d.verdict::text, r.code, r.id
        FROM decision d JOIN request r ON r.id = d."requestId" JOIN access_profile ap ON ap.id = r."profileId" WHERE d."personId" = ${person}::uuid
    ) u JOIN account a ON a.id = u."accountId"
    WHERE ${between(sql`u.at`, filters)}${filters.account === '' ? Prisma.empty : sql` AND u."accountId" = ${filters.account}`}`
}

/** Everything one person asked, got, did. */
export const personStory: Question = {
  id: 'person',
  title: 'What did one person ask for, get and do?',
  lead: 'Requests, grants, credentials, sessions and decisions of one person, in one list.',
  topic: 'Access',
  roles: auditors,
  filters: ['person', 'account', 'from', 'to'],
  days: null,
  needsPerson: true,
  from: story,
  at: sql`u.at`,
  id_: { sql: sql`u.id`, type: 'uuid' },
  columns: [
    timeColumn('when', 'When', sql`u.at`),
    textColumn('what', 'What', sql`u.what`),
    textColumn('profile', 'Profile', sql`u.about`),
    textColumn('account', 'Account', sql`a.name`),
    textColumn('detail', 'Detail', sql`u.detail`),
    textColumn('outcome', 'Outcome', sql`u.outcome`),
    codeColumn('code', 'Code', sql`u.code`, 'request'),
  ],
  links: { request: sql`u."requestId"` },
  figures: [
    { key: 'all', label: 'Lines' },
    { key: 'asked', label: 'Asked', where: sql`u.what = 'asked'` },
    { key: 'got', label: 'Got', where: sql`u.what = 'got'` },
    { key: 'credentials', label: 'Credentials', where: sql`u.what = 'credentials'` },
    { key: 'did', label: 'Sessions', where: sql`u.what = 'did'` },
    { key: 'decided', label: 'Decided', where: sql`u.what = 'decided'` },
  ],
  groups: [byMonth(sql`u.at`)],
}
