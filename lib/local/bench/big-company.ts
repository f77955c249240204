import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'

export const size = { requests: 100_000, accounts: 1_000, profiles: 5_000, people: 500 } as const

/** The demo's catalogue and, beside it, as many generated accounts and profiles as make a big company. Returns the file. */
export function writeBigCatalogue(dataDir: string): string {
  const [accountLines = '', profileLines = ''] = readFileSync('lib/local/demo/catalog.yaml', 'utf8').split('\nprofiles:\n')
  const environments = ['production', 'staging', 'development', 'sandbox']
  const numbers = Array.from({ length: size.accounts - accountLines.split('- { id:').length + 1 }, (_, index) => index)
  const accounts = numbers.map((number) => `  - { id: "${600_000_000_000 + number}", name: account-${number}, environment: ${environments[number % 4]}, region: eu-central-1 }\n`)
  const generated = Array.from({ length: size.profiles - profileLines.split('\n  - id:').length }, (_, index) => profileOf(index % numbers.length, Math.floor(index / numbers.length)))
  const file = path.join(dataDir, 'catalog.yaml')
  writeFileSync(file, `${accountLines}\n${accounts.join('')}\nprofiles:\n${profileLines}\n${generated.join('')}`)
  return file
}

const profileOf = (account: number, role: number): string => `
  - id: account-${account}-role-${role}
    title: Account ${account}, role ${role}
    description: Generated to measure with. Service ${role} of account ${account}.
    account: account-${account}
    useCase: developer
    riskTier: ${['low', 'medium', 'high'][role % 3]}
    access: { kind: sts_role, role: latchkey/role-${role} }
    limits: { maxDurationMinutes: 480, leaseMinutes: 60 }
    request: { groups: [engineering] }
    approval: { approvers: [platform-leads] }
    proof: { call: "ec2:DescribeRegions" }
`

/**
 * Three years of a big company as rows: this is data to measure queries on, nothing that anybody is shown. 150 requests
 * wait, 60 grants are open with sessions and events, the rest is over; six entries of the record a request, unless
 * `entries` is false.
 */
export async function fillBigCompany(ownerUrl: string, { entries = true }: { entries?: boolean } = {}): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    for (const statement of [...statements, ...(entries ? entryStatements : []), 'ANALYZE']) await client.query(statement)
  } finally {
    await client.end()
  }
}

const waiting = 150
const openGrants = 60
const groups = `CASE n % 4 WHEN 0 THEN ARRAY['engineering','platform-leads'] ELSE ARRAY['engineering'] END`

const statements = [
  `INSERT INTO person (id, issuer, subject, "displayName", email, username, "lastKnownGroups", "firstSeenAt", "lastSignedInAt")
   SELECT gen_random_uuid(), 'https://bench.example', 'person-' || n, 'Person ' || n, 'person' || n || '@bench.example', 'person' || n, ${groups}, now() - interval '3 years', now()
   FROM generate_series(1, ${size.people}) n`,
  `CREATE TEMP TABLE people AS SELECT row_number() OVER (ORDER BY subject) - 1 AS n, id FROM person WHERE issuer = 'https://bench.example'`,
  `CREATE TEMP TABLE profiles AS SELECT row_number() OVER (ORDER BY (id = 'payments-prod-read') DESC, id) - 1 AS n, p.* FROM access_profile p WHERE definition->'access' ? 'role'`,
  `CREATE TEMP TABLE asked AS
   SELECT a.n, gen_random_uuid() AS id, gen_random_uuid() AS "grantId", (SELECT id FROM people p WHERE p.n = a.n % ${size.people}) AS "personId",
     p.id AS "profileId", p."accountId", p."riskTier", p."approverGroups", p.definition, now() - (a.n * 15.7) * interval '1 minute' AS at,
     CASE WHEN a.n < ${waiting} THEN 'pending' WHEN a.n % 11 = 0 THEN 'denied' WHEN a.n % 17 = 0 THEN 'cancelled' WHEN a.n % 23 = 0 THEN 'lapsed' ELSE 'approved' END AS state
   FROM (SELECT n, CASE WHEN n % 9 = 0 THEN 0 ELSE n % ${size.profiles} END AS pn FROM generate_series(0, ${size.requests - 1}) n) a JOIN profiles p ON p.n = a.pn`,
  `INSERT INTO request (id, code, "personId", "profileId", justification, "durationMinutes", state, "riskTier", "riskOrder", "approvalPolicy", "approverGroups", "createdAt", "stepSince", "lapsesAt", "settledAt")
   SELECT id, 'B-' || n, "personId", "profileId", 'Looking at what went wrong with order ' || n, 60, state::"RequestState", "riskTier", array_position(ARRAY['low','medium','high'], "riskTier") - 1,
     jsonb_build_object('steps', jsonb_build_array(jsonb_build_object('groups', "approverGroups", 'quorum', 1))), "approverGroups", at, at, at + interval '7 days', CASE WHEN state <> 'pending' THEN at + (n % 50 + 1) * interval '1 minute' END FROM asked`,
  `INSERT INTO decision (id, "requestId", "stepIndex", "personId", verdict, reason, "entitledBy", "decidedAt")
   SELECT gen_random_uuid(), a.id, 0, (SELECT id FROM people p WHERE p.n = (a.n + 1) % ${size.people}), (CASE a.state WHEN 'approved' THEN 'approve' ELSE 'deny' END)::"Verdict", 'Seen', 'platform-leads', at + (n % 50 + 1) * interval '1 minute'
   FROM asked a WHERE state IN ('approved', 'denied')`,
  `INSERT INTO "grant" (id, code, "requestId", "personId", "profileId", "accountId", region, "roleArn", "sessionName", state, "durationMinutes", access, "leaseMinutes", "opensAt", "endsAt", "activatedAt", "endReason", "mintingStoppedAt", "credentialsDeadAt", "createdAt")
   SELECT "grantId", 'BG-' || n, id, "personId", "profileId", "accountId", 'eu-central-1', 'arn:aws:iam::' || "accountId" || ':role/' || (definition->'access'->>'role'), 'bench-' || n,
     (CASE WHEN n < ${waiting + openGrants} THEN 'active' ELSE 'ended' END)::"GrantState", 60, definition->'access', 60, at, CASE WHEN n < ${waiting + openGrants} THEN now() + (n - ${waiting} + 30) * interval '1 minute' ELSE at + interval '60 minutes' END, at,
     CASE WHEN n >= ${waiting + openGrants} THEN 'expired'::"GrantEndReason" END, CASE WHEN n >= ${waiting + openGrants} THEN at + interval '60 minutes' END, CASE WHEN n >= ${waiting + openGrants} THEN at + interval '60 minutes' END, at
   FROM asked WHERE state = 'approved'`,
  `INSERT INTO lease (id, "grantId", "personId", purpose, state, "accessKeyId", "durationSeconds", "requestedAt", "mayLiveUntil", "issuedAt", "expiresAt")
   SELECT gen_random_uuid(), "grantId", "personId", 'reveal', 'minted', 'ASIABENCH' || n, 3600, at, at + interval '1 hour', at, at + interval '1 hour' FROM asked WHERE state = 'approved'`,
  `CREATE TEMP TABLE used AS SELECT gen_random_uuid() AS sid, a.* FROM asked a WHERE state = 'approved' AND n % 2 = 0`,
  `INSERT INTO session (id, "accountId", "principalId", "sessionStartedAt", "grantId", "roleArn", "firstEventAt", "lastEventAt", "eventCount", "changeCount", "deniedCount")
   SELECT sid, "accountId", 'AROABENCH:bench-' || n, at, "grantId", 'arn', at, at + interval '20 minutes', 10, 1, 0 FROM used`,
  `INSERT INTO trail_event ("accountId", "eventId", "grantId", "sessionId", "eventTime", "eventSource", "eventName", region, "sourceIp", "readOnly", body, "ingestedAt")
   SELECT "accountId", n || '-' || e, "grantId", sid, at + e * interval '2 minutes', 'ec2.amazonaws.com', 'DescribeInstances', 'eu-central-1', '192.0.2.7', true, '{}', at FROM used, generate_series(1, 10) e WHERE n < 20000`,
  `INSERT INTO finding (id, "dedupeKey", detector, severity, "severityOrder", state, title, summary, "accountId", "grantId", "firstEventAt", "lastEventAt", "eventCount", evidence, "createdAt", "updatedAt")
   SELECT gen_random_uuid(), 'bench-' || n, 'denied-burst', 'medium', 2, (CASE WHEN n % 200 = 0 THEN 'open' ELSE 'closed' END)::"FindingState", 'Calls denied in a burst', 'Generated to measure with.', "accountId", "grantId", at, at, 6, '{"events":[]}', at, at FROM used WHERE n % 20 = 0`,
  `INSERT INTO trail_watch ("grantId", region, "accountId", username, "cursorAt", "nextPollAt", "watchUntil") SELECT id, 'eu-central-1', "accountId", "sessionName", now(), now() + interval '1 day', now() + interval '1 day' FROM "grant" WHERE state = 'active'`,
]

const entryStatements = [
  `CREATE TEMP TABLE entries AS SELECT a.*, k.kind, k.step, gen_random_uuid() AS eid FROM asked a CROSS JOIN (VALUES (0, 'request.created'), (1, 'request.approved'), (2, 'grant.activating'), (3, 'grant.active'), (4, 'lease.minted'), (5, 'grant.ended')) AS k(step, kind)`,
  `INSERT INTO record_entry (id, "occurredAt", kind, "actorId", "subjectId", "grantId", "requestId", body)
   SELECT eid, at + step * interval '1 minute', kind, "personId", "profileId", "grantId", id, convert_to(jsonb_build_object('facts', jsonb_build_object('code', 'B-' || n, 'profile', "profileId"), 'kind', kind)::text, 'UTF8') FROM entries`,
  `INSERT INTO record_commitment ("entryId", field, salt, value) SELECT eid, 'justification', decode('00', 'hex'), 'Looking at what went wrong with order ' || n FROM entries WHERE step = 0`,
  `INSERT INTO record_seal (sequence, "entryId", "previousHash", hash, "sealedAt")
   SELECT (SELECT coalesce(max(sequence), 0) FROM record_seal) + row_number() OVER (ORDER BY at, step), eid, decode('00', 'hex'), decode('00', 'hex'), at FROM entries`,
]
