import { Prisma } from '#lib/db/generated/client.ts'
import type { ReportFilters } from '../filters.ts'
import { auditors, between, byMonth, byPerson, byProfile, codeColumn, type Grouping, matching, numberColumn, type Question, textColumn, timeColumn } from './question.ts'

const sql = Prisma.sql

const byReview: Grouping = { key: 'review', label: 'Review', value: sql`r.id::text`, name: sql`r.title`, filter: 'review' }

const lines = (filters: ReportFilters): Prisma.Sql => sql`
  FROM review_line l JOIN access_review r ON r.id = l."reviewId" JOIN person v ON v.id = l."reviewerId" LEFT JOIN person w ON w.id = l."decidedById" LEFT JOIN person p ON p.id = l."personId"
  LEFT JOIN access_profile ap ON ap.id = l."profileId" LEFT JOIN outside_record o ON o.key = l."outsideKey" LEFT JOIN account a ON a.id = coalesce(ap."accountId", split_part(o."roleArn", ':', 5))
  WHERE ${between(sql`r."openedAt"`, filters)}${matching(filters, { account: sql`coalesce(ap."accountId", split_part(o."roleArn", ':', 5))`, person: sql`l."personId"`, profile: sql`l."profileId"` })}${filters.review === '' ? Prisma.empty : sql` AND l."reviewId" = ${filters.review}::uuid`}`

/** What is left of a removal: rights are taken at once, what stands in AWS when the reconciler no longer sees it. */
const effect = sql`CASE WHEN l.decision IS DISTINCT FROM 'remove' THEN NULL
  WHEN o.key IS NOT NULL THEN CASE WHEN o."goneAt" IS NULL THEN 'still in AWS' ELSE 'gone from AWS' END
  WHEN l."personId" = ANY (CASE WHEN r.about = 'approvers' THEN ap."excludedApproverIds" ELSE ap."excludedPersonIds" END) THEN 'taken away' ELSE 'given back since' END`

/** Access reviews, line by line: the file that evidences one. */
export const accessReviews: Question = {
  id: 'reviews',
  title: 'What did access reviews decide, and was it carried out?',
  lead: 'Each line of each review: who may ask, who may decide, what stands in AWS outside the record; what its reviewer said, why, and what became of it.',
  topic: 'Control',
  roles: auditors,
  filters: ['review', 'person', 'profile', 'account', 'from', 'to'],
  days: null,
  from: lines,
  at: sql`r."openedAt"`,
  id_: { sql: sql`l.id`, type: 'uuid' },
  columns: [
    textColumn('review', 'Review', sql`r.title`, 'review'),
    textColumn('state', 'State', sql`CASE WHEN r.state = 'open' AND r."dueAt" < now() THEN 'overdue' WHEN r.state = 'signed' THEN 'signed off' ELSE r.state END`),
    textColumn('person', 'Who', sql`coalesce(p."displayName", split_part(o."roleArn", ':role/', 2))`, 'person'),
    textColumn('profile', 'What', sql`coalesce(ap.title, o.what)`),
    textColumn('account', 'Account', sql`a.name`),
    textColumn('decision', 'Decision', sql`coalesce(l.decision, 'not decided')`),
    textColumn('reason', 'Reason', sql`l.reason`),
    textColumn('effect', 'Effect', effect),
    textColumn('reviewer', 'Reviewer', sql`coalesce(w."displayName", v."displayName")`),
    timeColumn('decidedAt', 'Decided', sql`l."decidedAt"`),
    textColumn('about', 'About', sql`CASE r.about WHEN 'access' THEN 'may ask' WHEN 'approvers' THEN 'may decide' ELSE 'outside the record' END`),
    textColumn('groups', 'By', sql`nullif(array_to_string(l.groups, ', '), '')`),
    timeColumn('used', 'Last used', sql`l."lastUsedAt"`),
    numberColumn('findings', 'Findings', sql`l.findings`),
    timeColumn('opened', 'Opened', sql`r."openedAt"`),
    { ...codeColumn('line', 'Line', sql`l.position::text`), inFilesOnly: true },
  ],
  links: { review: sql`l."reviewId"`, person: sql`l."personId"` },
  figures: [
    { key: 'all', label: 'Lines' },
    { key: 'undecided', label: 'Not decided', where: sql`l.decision IS NULL` },
    { key: 'overdue', label: 'Overdue', where: sql`l.decision IS NULL AND r.state = 'open' AND r."dueAt" < now()` },
    { key: 'kept', label: 'Kept', where: sql`l.decision = 'keep'` },
    { key: 'removed', label: 'Removed', where: sql`l.decision = 'remove'` },
    { key: 'still', label: 'Still in AWS', where: sql`l.decision = 'remove' AND o.key IS NOT NULL AND o."goneAt" IS NULL` },
  ],
  groups: [byReview, byPerson(sql`l."personId"`, sql`p."displayName"`), byProfile(sql`l."profileId"`, sql`ap.title`), byMonth(sql`r."openedAt"`)],
}
