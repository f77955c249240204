import { definitionOf } from '#lib/catalog/definition-of.ts'
import type { Transaction } from '#lib/db/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { findNamedPeople } from '#lib/people/deciders.queries.ts'
import { namedInPolicy, wantedBy } from '#lib/requests/named-in-policy.ts'
import type { ReviewScope } from './review-scope.ts'

export const mostLines = 5_000

type Opened = { reviewId: string; openedById: string; /** Null: each person's manager, and who opens it where none is known. */ reviewerId: string | null; firstIssuer: string }
/** Who has a right by what, of one profile. */
type Right = { profileId: string; groups: readonly string[]; personIds: readonly string[] }

/**
 * Writes the lines of a review as things are now, in the order they are shown, at most one more than `mostLines`; returns
 * how many. Nobody is the reviewer of their own line where there is anybody else.
 */
export async function writeLines(tx: Transaction, opened: Opened, scope: ReviewScope): Promise<number> {
  if (scope.about === 'standing') return writeStanding(tx, opened, scope)
  const rights = await readRights(tx, scope, opened.firstIssuer)
  return rights.length === 0 ? 0 : writeRights(tx, opened, scope, rights)
}

async function readRights(tx: Transaction, { about, riskTier, profileId, accountId }: ReviewScope, firstIssuer: string): Promise<Right[]> {
  const profiles = await tx.accessProfile.findMany({
    where: { offered: true, ...(riskTier && { riskTier }), ...(profileId && { id: profileId }), ...(accountId && { accountId }) },
    select: { id: true, requesterGroups: true, definition: true },
  })
  if (about === 'access') return profiles.map(({ id, requesterGroups }) => ({ profileId: id, groups: requesterGroups, personIds: [] }))
  const defined = profiles.map(({ id, definition }) => ({ id, definition: definitionOf({ definition }) }))
  const references = defined.flatMap(({ definition }) => [...wantedBy(definition).references, ...(definition.owners?.people ?? [])])
  const { byReference } = await findNamedPeople(tx, '', { references, manager: false, owners: undefined }, firstIssuer)
  return defined.map(({ id, definition }) => {
    const owners = { groups: definition.owners?.groups ?? [], people: (definition.owners?.people ?? []).flatMap((reference) => byReference.get(reference) ?? []) }
    // Who leads whom is no right of the profile's, so managers have no line.
    const { groupsNamed, personIdsNamed } = namedInPolicy(definition, { manager: null, owners, byReference })
    return { profileId: id, groups: groupsNamed, personIds: personIdsNamed }
  })
}

/** The first of them that is not the person reviewed. */
const reviewerOf = ({ reviewerId, openedById }: Opened): Prisma.Sql => Prisma.sql`coalesce(
  (SELECT who.id FROM (VALUES (1, ${reviewerId}::uuid), (2, (SELECT m.id FROM person m WHERE m.id = p."managerId" AND m."disabledAt" IS NULL)), (3, ${openedById}::uuid)) who(turn, id) WHERE who.id <> p.id ORDER BY turn LIMIT 1),
  ${openedById}::uuid)`

const usedToAsk = Prisma.sql`
  SELECT max(coalesce((SELECT max(l."issuedAt") FROM lease l WHERE l."grantId" = g.id), g."activatedAt")) AS "lastUsedAt", count(*)::int AS uses,
    coalesce(sum((SELECT count(*) FROM finding f WHERE f."grantId" = g.id)), 0)::int AS findings
  FROM "grant" g WHERE g."personId" = p.id AND g."profileId" = ap.id AND g."activatedAt" IS NOT NULL`
const usedToDecide = Prisma.sql`
  SELECT max(d."decidedAt") AS "lastUsedAt", count(*)::int AS uses,
    coalesce(sum((SELECT count(*) FROM finding f JOIN "grant" g ON g.id = f."grantId" WHERE g."requestId" = d."requestId" AND d.verdict = 'approve')), 0)::int AS findings
  FROM decision d JOIN request r ON r.id = d."requestId" WHERE d."personId" = p.id AND r."profileId" = ap.id`

async function writeRights(tx: Transaction, opened: Opened, { about, group, personId }: ReviewScope, rights: readonly Right[]): Promise<number> {
  const taken = about === 'access' ? Prisma.sql`ap."excludedPersonIds"` : Prisma.sql`ap."excludedApproverIds"`
  return tx.$executeRaw`
    INSERT INTO review_line (id, "reviewId", position, "personId", "profileId", "reviewerId", groups, "lastUsedAt", uses, findings)
    SELECT gen_random_uuid(), ${opened.reviewId}::uuid, row_number() OVER (ORDER BY ap.title, ap.id, p."displayName", p.id), p.id, ap.id, ${reviewerOf(opened)},
      ARRAY(SELECT unnest(p."lastKnownGroups") INTERSECT SELECT unnest(given.groups) ORDER BY 1), used."lastUsedAt", used.uses, used.findings
    FROM (
      SELECT listed."profileId", ARRAY(SELECT jsonb_array_elements_text(listed.groups)) AS groups, ARRAY(SELECT jsonb_array_elements_text(listed."personIds")::uuid) AS "personIds"
      FROM jsonb_to_recordset(${JSON.stringify(rights)}::jsonb) AS listed("profileId" text, groups jsonb, "personIds" jsonb)
    ) given
    JOIN access_profile ap ON ap.id = given."profileId"
    JOIN person p ON (p."lastKnownGroups" && given.groups OR p.id = ANY (given."personIds")) AND p."disabledAt" IS NULL AND NOT p.id = ANY (${taken})
    CROSS JOIN LATERAL (${about === 'access' ? usedToAsk : usedToDecide}) used
    WHERE (${group} = '' OR (${group} = ANY (given.groups) AND ${group} = ANY (p."lastKnownGroups"))) AND (${personId}::uuid IS NULL OR p.id = ${personId}::uuid)
    LIMIT ${mostLines + 1}`
}

/** Sessions of the role that no grant explains are its use. */
function writeStanding(tx: Transaction, { reviewId, reviewerId, openedById }: Opened, { accountId }: ReviewScope): Promise<number> {
  return tx.$executeRaw`
    INSERT INTO review_line (id, "reviewId", position, "outsideKey", "reviewerId", groups, "lastUsedAt", uses, findings)
    SELECT gen_random_uuid(), ${reviewId}::uuid, row_number() OVER (ORDER BY o."firstSeenAt", o.key), o.key, ${reviewerId ?? openedById}::uuid, '{}', used."lastUsedAt", used.uses, 0
    FROM outside_record o
    CROSS JOIN LATERAL (SELECT max(s."lastEventAt") AS "lastUsedAt", count(*)::int AS uses FROM session s WHERE s."roleArn" = o."roleArn" AND s."grantId" IS NULL) used
    WHERE o."goneAt" IS NULL AND (${accountId} = '' OR split_part(o."roleArn", ':', 5) = ${accountId})
    LIMIT ${mostLines + 1}`
}
