import { copyRows, text, uuid } from '#lib/db/copy-rows.ts'
import type { Database } from '#lib/db/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import type { Json } from '#lib/record/canonical-json.ts'
import { inlineSql } from '../files/inline-sql.ts'
import { withholdSecrets } from './withhold-secrets.ts'

const atOnce = 200

/** What of a pack's rows is read as one JSON document a row: with which statement, for some requests at a time. */
type Rows = (requestIds: readonly string[]) => Prisma.Sql

const ids = (requestIds: readonly string[]): Prisma.Sql => Prisma.sql`${[...requestIds]}::uuid[]`
const person = (column: Prisma.Sql): Prisma.Sql => Prisma.sql`(SELECT json_build_object('id', p.id, 'issuer', p.issuer, 'subject', p.subject, 'name', p."displayName") FROM person p WHERE p.id = ${column})`

/** Requests as they were asked, with the risk as it was then, and the review of emergency access. */
const requests: Rows = (of) => Prisma.sql`
  SELECT (to_jsonb(r) - 'approvalPolicy' - 'shadow' - 'personId' - 'version' - 'riskOrder' || jsonb_build_object('person', ${person(Prisma.sql`r."personId"`)}, 'accountId', a."accountId",
    'profileTitle', a.title, 'emergencyReview', (SELECT to_jsonb(v) - 'overdueToldAt' - 'reviewedById' || jsonb_build_object('reviewedBy', ${person(Prisma.sql`v."reviewedById"`)}) FROM emergency_review v WHERE v."requestId" = r.id)))::text
  FROM request r JOIN access_profile a ON a.id = r."profileId" WHERE r.id = ANY (${ids(of)}) ORDER BY r.id`

const decisions: Rows = (of) => Prisma.sql`
  SELECT (to_jsonb(d) - 'personId' - 'onBehalfOfId' || jsonb_build_object('person', ${person(Prisma.sql`d."personId"`)}, 'onBehalfOf', ${person(Prisma.sql`d."onBehalfOfId"`)}, 'requestedBy', r."personId", 'samePersonAsRequester', d."personId" = r."personId"))::text
  FROM decision d JOIN request r ON r.id = d."requestId" WHERE d."requestId" = ANY (${ids(of)}) ORDER BY d."requestId", d."decidedAt", d.id`

/** What decided who had to say yes, as it was when it was asked, and what was approved. */
const policies: Rows = (of) => Prisma.sql`
  SELECT json_build_object('requestId', r.id, 'request', r.code, 'approvalPolicy', r."approvalPolicy", 'narrowed', r.narrowed, 'roleDigest', r."roleDigest", 'approvedAccess', g.access, 'leaseMinutes', g."leaseMinutes")::text
  FROM request r LEFT JOIN "grant" g ON g."requestId" = r.id WHERE r.id = ANY (${ids(of)}) ORDER BY r.id`

/** Grants with how they ended: no new credentials, and issued credentials dead. */
const grants: Rows = (of) => Prisma.sql`
  SELECT (to_jsonb(g) - 'personId' - 'endedById' - 'version' || jsonb_build_object('person', ${person(Prisma.sql`g."personId"`)}, 'endedBy', ${person(Prisma.sql`g."endedById"`)},
    'revocation', (SELECT to_jsonb(v) - 'attempts' - 'nextAttemptAt' FROM revocation v WHERE v."grantId" = g.id), 'assignment', (SELECT to_jsonb(n) FROM assignment_need n WHERE n."grantId" = g.id), 'vendorAccess', (SELECT to_jsonb(w) FROM vendor_access w WHERE w."grantId" = g.id)))::text
  FROM "grant" g WHERE g."requestId" = ANY (${ids(of)}) ORDER BY g."requestId"`

/** There is nothing secret to leave out: the product stores no secret (PRODUCT rule 6). */
const leases: Rows = (of) => Prisma.sql`
  SELECT to_jsonb(l)::text FROM lease l JOIN "grant" g ON g.id = l."grantId" WHERE g."requestId" = ANY (${ids(of)}) ORDER BY g."requestId", l."requestedAt", l.id`

const events: Rows = (of) => Prisma.sql`
  SELECT json_build_object('grantId', t."grantId", 'sessionId', t."sessionId", 'ingestedAt', t."ingestedAt", 'event', t.body)::text
  FROM trail_event t WHERE t."grantId" = ANY (ARRAY(SELECT g.id FROM "grant" g WHERE g."requestId" = ANY (${ids(of)}))) ORDER BY t."grantId", t."eventTime", t."eventId"`

const findings: Rows = (of) => Prisma.sql`
  SELECT (to_jsonb(f) - 'dedupeKey' - 'severityOrder' - 'triagedById' - 'assignedToId' || jsonb_build_object('triagedBy', ${person(Prisma.sql`f."triagedById"`)}, 'assignedTo', ${person(Prisma.sql`f."assignedToId"`)}))::text
  FROM finding f JOIN "grant" g ON g.id = f."grantId" WHERE g."requestId" = ANY (${ids(of)}) ORDER BY g."requestId", f."firstEventAt", f.id`

/** Values that the record committed to and that are gone, and people who are forgotten: what a pack cannot show. */
const forgotten: Rows = (of) => Prisma.sql`
  SELECT json_build_object('entryId', e.id, 'kind', e.kind, 'occurredAt', e."occurredAt", 'requestId', e."requestId", 'field', named.field, 'why', coalesce(
      (SELECT 'person forgotten ' || f."forgottenAt" FROM forgetting f WHERE f."personId" IN (e."actorId", r."personId") OR f."personId"::text = e."subjectId" ORDER BY f."forgottenAt" LIMIT 1), 'no longer kept'))::text
  FROM record_entry e JOIN request r ON r.id = e."requestId", jsonb_object_keys(convert_from(e.body, 'UTF8')::jsonb -> 'personal') AS named(field)
  WHERE e."requestId" = ANY (${ids(of)}) AND NOT EXISTS (SELECT FROM record_commitment c WHERE c."entryId" = e.id AND c.field = named.field) ORDER BY e.id, named.field`

export const evidenceRows = { requests, decisions, policies, grants, leases, events, findings, forgotten }
export type EvidenceRows = keyof typeof evidenceRows

/** The rows of one kind that belong to the requests, as NDJSON, without anything secret. */
export async function* ndjsonOf(db: Database, kind: EvidenceRows, requestIds: readonly string[]): AsyncGenerator<Buffer> {
  for (let first = 0; first < requestIds.length; first += atOnce) {
    const select = inlineSql(evidenceRows[kind](requestIds.slice(first, first + atOnce)))
    for await (const rows of copyRows(db, select)) yield Buffer.from(rows.map(([line]) => `${lineOf(kind, text(line))}\n`).join(''))
  }
}

/** What CloudTrail says of an answer may hold a session token; what the product wrote holds none. */
const lineOf = (kind: EvidenceRows, line: string): string => (kind === 'events' ? JSON.stringify(withholdSecrets(JSON.parse(line) as Json)) : line)

/** The record's entries about the requests. */
export async function* entriesOf(db: Database, requestIds: readonly string[]): AsyncGenerator<string> {
  for (let first = 0; first < requestIds.length; first += atOnce) {
    const select = inlineSql(Prisma.sql`SELECT e.id FROM record_entry e WHERE e."requestId" = ANY (${ids(requestIds.slice(first, first + atOnce))})`)
    for await (const rows of copyRows(db, select)) for (const [id] of rows) yield uuid(id) as string
  }
}
