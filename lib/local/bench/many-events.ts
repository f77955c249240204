import pg from 'pg'

/**
 * Events of many sessions as rows, up to `count` in all, of which 5,000 belong to one that is going on: data to measure
 * queries on. Those of open grants reach up to now. Returns the id of that one session.
 */
export async function fillEvents(ownerUrl: string, count: number): Promise<string> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await client.query(`CREATE TEMP TABLE busy AS SELECT s.id, s."accountId", s."grantId", s."firstEventAt" AS since, CASE WHEN g.state = 'active' THEN now() ELSE s."firstEventAt" + interval '1 hour' END AS until, row_number() OVER (ORDER BY s."firstEventAt" DESC) - 1 AS n
      FROM session s JOIN "grant" g ON g.id = s."grantId" ORDER BY s."firstEventAt" DESC LIMIT 10000`)
    await client.query('ANALYZE busy')
    const { rows: [most] } = await client.query<{ id: string; sessions: number }>('SELECT (array_agg(id::text ORDER BY n))[1] AS id, count(*)::int AS sessions FROM busy')
    if (!most?.id) throw new Error('There is no session.')
    const { rows: [known] } = await client.query<{ count: string }>('SELECT count(*) FROM trail_event')
    const missing = count - Number(known?.count ?? 0)
    const step = 250_000
    for (let from = 0; from < missing; from += step) await client.query(insert(from, Math.min(missing, from + step), most.sessions))
    await client.query(`UPDATE session s SET "eventCount" = c.events, "lastEventAt" = c.last FROM (SELECT "sessionId", count(*)::int AS events, max("eventTime") AS last FROM trail_event GROUP BY 1) c WHERE c."sessionId" = s.id`)
    await client.query('VACUUM ANALYZE')
    return most.id
  } finally {
    await client.end()
  }
}

const ofOne = 5_000

const insert = (from: number, to: number, sessions: number): string => `
  INSERT INTO trail_event ("accountId", "eventId", "grantId", "sessionId", "eventTime", "eventSource", "eventName", region, "sourceIp", "userAgent", "errorCode", "readOnly", body, "ingestedAt")
  SELECT b."accountId", 'many-' || e, b."grantId", b.id, b.since + (b.until - b.since) * ((e::bigint * 7919) % 100000) / 100000.0,
    (ARRAY['ec2','s3','iam','kms','dynamodb','logs','rds','sqs','sns','lambda'])[e % 10 + 1] || '.amazonaws.com', (ARRAY['DescribeInstances','GetObject','ListRoles','Decrypt','Query','FilterLogEvents','StopInstances','ReceiveMessage','Publish','Invoke'])[e / 10 % 10 + 1],
    'eu-central-1', '203.0.113.' || e % 5, 'aws-cli/2.31.0', CASE WHEN e % 50 = 0 THEN 'AccessDenied' END, e % 10 <> 6,
    jsonb_build_object('eventID', 'many-' || e, 'resources', jsonb_build_array(jsonb_build_object('ARN', 'arn:aws:s3:::bucket-' || e % 100)), 'requestParameters', jsonb_build_object('text', repeat(md5(e::text), 12))), now()
  FROM generate_series(${from}, ${to - 1}) e JOIN busy b ON b.n = CASE WHEN e < ${ofOne} THEN 0 ELSE e % ${sessions} END`
