import { Prisma } from '#lib/db/generated/client.ts'
import { type ReportFilters, windowOf } from '../filters.ts'
import { auditors, byAccount, byMonth, byPerson, byProfile, codeColumn, decidersOf, matching, numberColumn, type Question, textColumn, timeColumn, watchers } from './question.ts'

const sql = Prisma.sql
const ended = sql`coalesce(g."mintingStoppedAt", g."endsAt")`

/** Grants that ran at any time within the days that are said; the range is what the index holds. */
function running(filters: ReportFilters): Prisma.Sql {
  const { from, to } = windowOf(filters)
  return sql`
    FROM "grant" g LEFT JOIN request r ON r.id = g."requestId" LEFT JOIN person p ON p.id = g."personId" LEFT JOIN access_profile ap ON ap.id = g."profileId" LEFT JOIN account a ON a.id = g."accountId"
    WHERE g."activatedAt" IS NOT NULL AND tstzrange(g."activatedAt", greatest(g."activatedAt", ${ended}), '[]') && tstzrange(${from}::timestamptz, ${to}::timestamptz)
      ${matching(filters, { account: sql`g."accountId"`, person: sql`g."personId"`, profile: sql`g."profileId"`, environment: sql`a.environment` })}`
}

const shared = {
  from: running,
  at: sql`g."activatedAt"`,
  id_: { sql: sql`g.id`, type: 'uuid' },
  links: { request: sql`g."requestId"`, person: sql`g."personId"` },
  groups: [byAccount(sql`g."accountId"`, sql`a.name`), byPerson(sql`g."personId"`, sql`p."displayName"`), byProfile(sql`g."profileId"`, sql`ap.title`), byMonth(sql`g."activatedAt"`)],
} as const

/** Who had access to an account between two dates, and on what grounds. */
export const accessToAccount: Question = {
  ...shared,
  id: 'access',
  title: 'Who had access to an account, and on what grounds?',
  lead: 'Every grant that ran within these days, with the reason, who approved it and when it ended.',
  topic: 'Access',
  roles: auditors,
  filters: ['account', 'person', 'profile', 'environment', 'from', 'to'],
  days: 30,
  columns: [
    textColumn('person', 'Person', sql`p."displayName"`, 'person'),
    textColumn('account', 'Account', sql`a.name`),
    { ...codeColumn('accountId', 'Account number', sql`a.id`), inFilesOnly: true },
    textColumn('profile', 'Profile', sql`ap.title`),
    timeColumn('from', 'From', sql`g."activatedAt"`),
    timeColumn('until', 'Until', ended),
    textColumn('ended', 'Ended', sql`CASE WHEN g.state = 'ended' THEN g."endReason"::text ELSE g.state::text END`),
    textColumn('reason', 'Reason', sql`r.justification`),
    textColumn('ticket', 'Ticket', sql`r."ticketReference"`),
    textColumn('approvedBy', 'Approved by', sql`coalesce(${decidersOf(sql`r.id`, 'approve')}, 'policy')`),
    codeColumn('request', 'Request', sql`r.code`, 'request'),
  ],
  figures: [
    { key: 'all', label: 'Grants' },
    { key: 'people', label: 'People', sql: sql`count(DISTINCT g."personId")` },
    { key: 'running', label: 'Running now', where: sql`g.state IN ('active', 'ending')` },
    { key: 'emergency', label: 'Taken in an emergency', where: sql`g."requestId" IN (SELECT e.id FROM request e WHERE e."incidentReference" IS NOT NULL)` },
    { key: 'revoked', label: 'Revoked', where: sql`g."endReason" = 'revoked'` },
  ],
}

/** Access that ran during an incident window. */
export const incidentWindow: Question = {
  ...shared,
  id: 'incident',
  title: 'Which access ran during an incident?',
  lead: 'Every grant that ran within these days in any account, and what its sessions did.',
  topic: 'Access',
  roles: watchers,
  filters: ['account', 'environment', 'person', 'from', 'to'],
  days: 1,
  columns: [
    textColumn('person', 'Person', sql`p."displayName"`, 'person'),
    textColumn('account', 'Account', sql`a.name`),
    textColumn('profile', 'Profile', sql`ap.title`),
    timeColumn('from', 'From', sql`g."activatedAt"`),
    timeColumn('until', 'Until', ended),
    numberColumn('calls', 'Calls', sql`(SELECT coalesce(sum(s."eventCount"), 0) FROM session s WHERE s."grantId" = g.id)`),
    numberColumn('changes', 'Changes', sql`(SELECT coalesce(sum(s."changeCount"), 0) FROM session s WHERE s."grantId" = g.id)`),
    numberColumn('denied', 'Denied', sql`(SELECT coalesce(sum(s."deniedCount"), 0) FROM session s WHERE s."grantId" = g.id)`),
    numberColumn('findings', 'Findings', sql`(SELECT count(*) FROM finding f WHERE f."grantId" = g.id)`),
    textColumn('reason', 'Reason', sql`r.justification`),
    codeColumn('request', 'Request', sql`r.code`, 'request'),
  ],
  figures: [
    { key: 'all', label: 'Grants' },
    { key: 'people', label: 'People', sql: sql`count(DISTINCT g."personId")` },
    { key: 'accounts', label: 'Accounts', sql: sql`count(DISTINCT g."accountId")` },
    { key: 'findings', label: 'With findings', where: sql`EXISTS (SELECT FROM finding f WHERE f."grantId" = g.id)` },
    { key: 'production', label: 'In production', where: sql`a.environment = 'production'` },
  ],
}
