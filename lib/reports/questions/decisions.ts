import { Prisma } from '#lib/db/generated/client.ts'
import type { ReportFilters } from '../filters.ts'
import { auditors, between, byMonth, byPerson, byProfile, codeColumn, decidersOf, matching, numberColumn, type Question, textColumn, timeColumn } from './question.ts'

const sql = Prisma.sql

/** What would have made the decider somebody who should not decide; each of these is refused at the decision, and shown here to be checked. */
const conflicts = sql`concat_ws(', ',
  CASE WHEN d."personId" = r."personId" OR EXISTS (SELECT FROM same_person(r."personId") same(id) WHERE same.id = d."personId") THEN 'same person as the requester' END,
  CASE WHEN EXISTS (SELECT FROM catalog_change c WHERE c.subject = 'profile' AND c."subjectId" = r."profileId" AND c.state = 'applied' AND d."personId" IN (c."proposerId", c."deciderId") AND c."settledAt" BETWEEN r."createdAt" AND d."decidedAt") THEN 'changed the profile while it waited' END,
  CASE WHEN EXISTS (SELECT FROM decision back JOIN request br ON br.id = back."requestId" WHERE back."personId" = r."personId" AND br."personId" = d."personId" AND back.verdict = 'approve' AND back."decidedAt" BETWEEN d."decidedAt" - interval '1 day' AND d."decidedAt" + interval '1 day') THEN 'approved each other within a day' END)`

const decided = (filters: ReportFilters): Prisma.Sql => sql`
  FROM decision d LEFT JOIN request r ON r.id = d."requestId" LEFT JOIN person p ON p.id = d."personId" LEFT JOIN person q ON q.id = r."personId" LEFT JOIN access_profile ap ON ap.id = r."profileId" LEFT JOIN person b ON b.id = d."onBehalfOfId"
  WHERE ${between(sql`d."decidedAt"`, filters)}${matching(filters, { account: sql`ap."accountId"`, person: sql`d."personId"`, profile: sql`r."profileId"`, environment: sql`ap.environment` })}`

/** Who approved what, with separation of duties shown. */
export const whoApproved: Question = {
  id: 'approvals',
  title: 'Who approved what, and were duties separated?',
  lead: 'Every decision with whoever made it, in whose right, and what would speak against them deciding.',
  topic: 'Decisions',
  roles: auditors,
  filters: ['person', 'profile', 'account', 'environment', 'from', 'to'],
  days: 30,
  from: decided,
  at: sql`d."decidedAt"`,
  id_: { sql: sql`d.id`, type: 'uuid' },
  columns: [
    timeColumn('when', 'When', sql`d."decidedAt"`),
    textColumn('decider', 'Decided by', sql`p."displayName"`, 'person'),
    textColumn('verdict', 'Verdict', sql`d.verdict::text`),
    textColumn('entitledBy', 'In the right of', sql`CASE WHEN b.id IS NULL THEN d."entitledBy" ELSE b."displayName" || ' (' || d."entitledBy" || ')' END`),
    textColumn('requester', 'Asked by', sql`q."displayName"`),
    textColumn('profile', 'Profile', sql`ap.title`),
    textColumn('reason', 'Reason', sql`d.reason`),
    textColumn('duties', 'Duties', sql`coalesce(nullif(${conflicts}, ''), 'separated')`),
    codeColumn('request', 'Request', sql`r.code`, 'request'),
  ],
  links: { request: sql`r.id`, person: sql`d."personId"` },
  figures: [
    { key: 'all', label: 'Decisions' },
    { key: 'approve', label: 'Approved', where: sql`d.verdict = 'approve'` },
    { key: 'deny', label: 'Denied', where: sql`d.verdict = 'deny'` },
    { key: 'delegated', label: 'For somebody else', where: sql`d."onBehalfOfId" IS NOT NULL` },
    { key: 'deciders', label: 'Deciders', sql: sql`count(DISTINCT d."personId")` },
  ],
  groups: [byPerson(sql`d."personId"`, sql`p."displayName"`), byProfile(sql`r."profileId"`, sql`ap.title`), byMonth(sql`d."decidedAt"`)],
}

const settled = (states: Prisma.Sql) => (filters: ReportFilters): Prisma.Sql => sql`
  FROM request r LEFT JOIN person p ON p.id = r."personId" LEFT JOIN access_profile ap ON ap.id = r."profileId"
  WHERE r.state IN (${states}) AND ${between(sql`r."settledAt"`, filters)}${matching(filters, { account: sql`ap."accountId"`, person: sql`r."personId"`, profile: sql`r."profileId"`, environment: sql`ap.environment` })}`

const ofRequests = {
  at: sql`r."settledAt"`,
  id_: { sql: sql`r.id`, type: 'uuid' },
  links: { request: sql`r.id`, person: sql`r."personId"` },
  filters: ['person', 'profile', 'account', 'environment', 'from', 'to'],
  groups: [byProfile(sql`r."profileId"`, sql`ap.title`), byPerson(sql`r."personId"`, sql`p."displayName"`), byMonth(sql`r."settledAt"`)],
} as const

/** Requests refused and why. */
export const refusals: Question = {
  ...ofRequests,
  id: 'refusals',
  title: 'Which requests were refused, and why?',
  lead: 'Denied by somebody, or lapsed because nobody decided in time.',
  topic: 'Decisions',
  roles: auditors,
  days: 90,
  from: settled(sql`'denied', 'lapsed'`),
  columns: [
    timeColumn('when', 'When', sql`r."settledAt"`),
    textColumn('person', 'Asked by', sql`p."displayName"`, 'person'),
    textColumn('profile', 'Profile', sql`ap.title`),
    textColumn('state', 'Outcome', sql`r.state::text`),
    textColumn('by', 'Refused by', sql`coalesce(${decidersOf(sql`r.id`, 'deny')}, CASE WHEN r.state = 'lapsed' THEN 'nobody decided' ELSE 'policy' END)`),
    textColumn('why', 'Why', sql`(SELECT string_agg(d.reason, '; ') FROM decision d WHERE d."requestId" = r.id AND d.verdict = 'deny')`),
    textColumn('reason', 'Asked for', sql`r.justification`),
    codeColumn('request', 'Request', sql`r.code`, 'request'),
  ],
  figures: [
    { key: 'all', label: 'Refused' },
    { key: 'denied', label: 'Denied', where: sql`r.state = 'denied'` },
    { key: 'lapsed', label: 'Lapsed', where: sql`r.state = 'lapsed'` },
    { key: 'people', label: 'People', sql: sql`count(DISTINCT r."personId")` },
  ],
}

const waited = sql`extract(epoch FROM r."settledAt" - r."createdAt") / 60`

/** Time from request to decision. */
export const timeToDecision: Question = {
  ...ofRequests,
  id: 'waiting',
  title: 'How long do people wait for a decision?',
  lead: 'From the request to its approval or denial. What a policy approves by itself waits no time.',
  topic: 'Decisions',
  roles: auditors,
  days: 30,
  from: settled(sql`'approved', 'denied'`),
  columns: [
    timeColumn('asked', 'Asked', sql`r."createdAt"`),
    timeColumn('decided', 'Decided', sql`r."settledAt"`),
    numberColumn('minutes', 'Minutes', sql`round((${waited})::numeric, 1)`),
    textColumn('person', 'Asked by', sql`p."displayName"`, 'person'),
    textColumn('profile', 'Profile', sql`ap.title`),
    textColumn('state', 'Outcome', sql`r.state::text`),
    textColumn('by', 'Decided by', sql`coalesce(${decidersOf(sql`r.id`, 'approve')}, ${decidersOf(sql`r.id`, 'deny')}, 'policy')`),
    codeColumn('request', 'Request', sql`r.code`, 'request'),
  ],
  figures: [
    { key: 'all', label: 'Decided' },
    { key: 'median', label: 'Half within', sql: sql`percentile_cont(0.5) WITHIN GROUP (ORDER BY ${waited})`, unit: 'minutes' },
    { key: 'ninety', label: 'Nine of ten within', sql: sql`percentile_cont(0.9) WITHIN GROUP (ORDER BY ${waited})`, unit: 'minutes' },
    { key: 'hour', label: 'Longer than an hour', where: sql`r."settledAt" > r."createdAt" + interval '1 hour'` },
    { key: 'day', label: 'Longer than a day', where: sql`r."settledAt" > r."createdAt" + interval '1 day'` },
  ],
}
