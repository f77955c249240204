import pg from 'pg'

/**
 * Requests with decisions and grants as rows, up to `count` in all, over the three years that the others lie in: data to
 * measure reports on. They repeat what is there at other moments.
 */
export async function fillManyRequests(ownerUrl: string, count: number): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ known: number }>(`SELECT count(*)::int AS known FROM request WHERE code LIKE 'B-%'`)
    const known = rows[0]?.known ?? 0
    // Rows that are known to fit: checking each against others takes most of the time.
    await client.query('SET session_replication_role = replica')
    await client.query(`CREATE TEMP TABLE again AS SELECT row_number() OVER () AS n, r.id AS "fromId" FROM request r WHERE r.state <> 'pending' AND r.code LIKE 'B-%'`)
    // Indexes are made anew afterwards, which takes a tenth of the time of keeping them up to date row by row.
    const { rows: indexes } = await client.query<{ name: string; definition: string }>(`SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition FROM pg_index i WHERE i.indrelid IN ('request'::regclass, 'decision'::regclass, '"grant"'::regclass) AND NOT i.indisunique`)
    for (const { name } of indexes) await client.query(`DROP INDEX ${name}`)
    for (let copy = 1; copy * known < count; copy += 1) for (const statement of statementsOf(copy)) await client.query(statement)
    for (const { definition } of indexes) await client.query(definition)
    await client.query('VACUUM ANALYZE request, decision, "grant"')
  } finally {
    await client.end()
  }
}

const statementsOf = (copy: number): string[] => [
  `CREATE TEMP TABLE batch AS SELECT n, "fromId", gen_random_uuid() AS id, gen_random_uuid() AS "grantId", ${copy} * interval '97 seconds' AS shift FROM again`,
  `CREATE INDEX ON batch ("fromId")`,
  `INSERT INTO request (id, code, "personId", "profileId", justification, "durationMinutes", state, "riskTier", "riskOrder", "approvalPolicy", "approverGroups", "createdAt", "stepSince", "lapsesAt", "settledAt")
   SELECT b.id, r.code || '-${copy}', r."personId", r."profileId", r.justification, r."durationMinutes", r.state, r."riskTier", r."riskOrder", r."approvalPolicy", r."approverGroups", r."createdAt" - b.shift, r."stepSince" - b.shift, r."lapsesAt" - b.shift, r."settledAt" - b.shift
   FROM batch b JOIN request r ON r.id = b."fromId"`,
  `INSERT INTO decision (id, "requestId", "stepIndex", "personId", verdict, reason, "entitledBy", "decidedAt")
   SELECT gen_random_uuid(), b.id, d."stepIndex", d."personId", d.verdict, d.reason, d."entitledBy", d."decidedAt" - b.shift FROM batch b JOIN decision d ON d."requestId" = b."fromId"`,
  `INSERT INTO "grant" (id, code, "requestId", "personId", "profileId", "accountId", region, "roleArn", "sessionName", state, "durationMinutes", access, "leaseMinutes", "opensAt", "endsAt", "activatedAt", "endReason", "mintingStoppedAt", "credentialsDeadAt", "createdAt")
   SELECT b."grantId", g.code || '-${copy}', b.id, g."personId", g."profileId", g."accountId", g.region, g."roleArn", g."sessionName" || '-${copy}', 'ended', g."durationMinutes", g.access, g."leaseMinutes", g."opensAt" - b.shift, g."endsAt" - b.shift, g."activatedAt" - b.shift, 'expired', coalesce(g."mintingStoppedAt", g."endsAt") - b.shift, coalesce(g."credentialsDeadAt", g."endsAt") - b.shift, g."createdAt" - b.shift
   FROM batch b JOIN "grant" g ON g."requestId" = b."fromId"`,
  'DROP TABLE batch',
]
