import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Database } from '#lib/db/client.ts'
import type { Grant } from '#lib/db/generated/client.ts'
import { ingestRecords } from '#lib/trail/ingest/ingest-records.ts'
import type { Services } from '../../../app/_server/services.ts'
import { atMost, type BenchCase, informs, percentile } from './bench-case.ts'

type Input = { services: Services; owner: Database; databaseUrl: string; grantId: string }

const events = 20_000
/** What a page of LookupEvents or a log file brings at once, about. */
const atOnce = 500
const findings = 20
const patienceMs = 10_000
const calls = [['ec2', 'DescribeInstances'], ['ec2', 'StopInstances'], ['s3', 'GetObject'], ['s3', 'ListObjects'], ['iam', 'ListRoles'], ['kms', 'Decrypt'], ['dynamodb', 'Query'], ['logs', 'FilterLogEvents'], ['rds', 'DescribeDBInstances'], ['sqs', 'ReceiveMessage']] as const

/**
 * Events of a grant read, explained, judged by every rule and stored with their sessions, beside `COPY` of the very same
 * rows; and how long after its event has arrived a finding is there, raised by the running application.
 */
export async function benchIngest({ services, owner, databaseUrl, grantId }: Input): Promise<BenchCase[]> {
  const grant = await owner.grant.findUniqueOrThrow({ where: { id: grantId } })
  const found = await arrivals(services, owner, grant)
  const records = Array.from({ length: events }, (_, at) => recordOf(grant, at, calls[at % calls.length] ?? calls[0]))
  const begun = performance.now()
  for (let at = 0; at < events; at += atOnce) await ingestRecords(services, { records: records.slice(at, at + atOnce) }, services.clock())
  const tookMs = performance.now() - begun
  const stored = await owner.trailEvent.count({ where: { grantId } })
  if (stored < events) throw new Error(`Of ${events} events ${stored} were stored.`)
  const copyMs = await copyAgain(databaseUrl, grantId)
  const perSecond = (ms: number): number => (events / ms) * 1_000
  return [
    informs('ingestion into PostgreSQL, beside COPY of the same rows', 'events/s', perSecond(tookMs), events, perSecond(copyMs)),
    atMost('finding after its event arrived, p95', 'ms', percentile(found, 0.95), 1_000, found.length),
  ]
}

/** The same rows, as text, through the driver into an empty table of the same columns and indexes, committed as often. */
async function copyAgain(databaseUrl: string, grantId: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const columns = '"accountId", "eventId", "grantId", "sessionId", "eventTime", "eventSource", "eventName", region, "sourceIp", "userAgent", "accessKeyId", "errorCode", "readOnly", body, "ingestedAt"'
    const { rows } = await client.query<Record<string, unknown>>({ text: `SELECT concat_ws(E'\\t', ${columns.split(', ').map((column) => `coalesce(replace(${column}::text, '\\', '\\\\'), '\\N')`).join(', ')}) AS line FROM trail_event WHERE "grantId" = $1 LIMIT ${events}`, values: [grantId] })
    const lines = rows.map(({ line }) => `${String(line)}\n`)
    await client.query('CREATE TABLE trail_event_copied (LIKE trail_event INCLUDING ALL)')
    await client.query('SET synchronous_commit = off')
    const begun = performance.now()
    for (let at = 0; at < lines.length; at += atOnce) await pipeline(Readable.from([lines.slice(at, at + atOnce).join('')]), client.query(copyFrom(`COPY trail_event_copied (${columns}) FROM STDIN`)))
    const ms = performance.now() - begun
    const { rows: [counted] } = await client.query<{ count: string }>('SELECT count(*) FROM trail_event_copied')
    if (Number(counted?.count) !== events) throw new Error(`Of ${events} rows ${counted?.count} were copied.`)
    await client.query('DROP TABLE trail_event_copied')
    return ms
  } finally {
    await client.end()
  }
}

/** Milliseconds from an event's arrival to its finding, at moments that lie anywhere between two rounds of the worker. */
async function arrivals(services: Services, owner: Database, grant: Grant): Promise<number[]> {
  const took: number[] = []
  for (let round = 0; round < findings; round += 1) {
    await owner.finding.updateMany({ where: { grantId: grant.id }, data: { state: 'closed' } })
    await new Promise((resolve) => setTimeout(resolve, (round * 137) % 500))
    const record = recordOf(grant, round, ['iam', 'AttachUserPolicy'], { userName: `bench-${round}`, policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' })
    const begun = performance.now()
    await ingestRecords(services, { records: [record] }, services.clock())
    while ((await owner.finding.count({ where: { grantId: grant.id, state: 'open', detector: { startsWith: 'sigma:' } } })) === 0) {
      if (performance.now() - begun > patienceMs) throw new Error('No finding came of an administrator policy that was attached.')
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    took.push(performance.now() - begun)
  }
  return took
}

function recordOf(grant: Grant, at: number, [service, eventName]: readonly [string, string], requestParameters: object = { instancesSet: { items: [{ instanceId: `i-${at}` }] } }): object {
  const [, role = ''] = grant.roleArn.split(':role/')
  const writes = /^(Stop|Attach|Delete|Put)/.test(eventName)
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      principalId: `AROABENCHBENCHBENCH00:${grant.sessionName}`,
      arn: `arn:aws:sts::${grant.accountId}:assumed-role/${role.split('/').at(-1)}/${grant.sessionName}`,
      accountId: grant.accountId,
      accessKeyId: 'ASIABENCHBENCHBENCH0',
      sessionContext: { sessionIssuer: { type: 'Role', principalId: 'AROABENCHBENCHBENCH00', arn: grant.roleArn, accountId: grant.accountId, userName: role.split('/').at(-1) }, attributes: { creationDate: grant.opensAt.toISOString().replace(/\.\d+Z$/, 'Z'), mfaAuthenticated: 'false' }, sourceIdentity: grant.sessionName },
    },
    eventTime: new Date(grant.opensAt.getTime() + at * 10).toISOString().replace(/\.\d+Z$/, 'Z'),
    eventSource: `${service}.amazonaws.com`,
    eventName,
    awsRegion: grant.region,
    sourceIPAddress: '203.0.113.10',
    userAgent: 'aws-cli/2.31.0 md/awscrt#0.27.6 ua/2.1 os/linux#6.8.0 lang/python#3.13.7',
    requestParameters,
    responseElements: null,
    requestID: randomUUID(),
    eventID: randomUUID(),
    readOnly: !writes,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: grant.accountId,
    eventCategory: 'Management',
    tlsDetails: { tlsVersion: 'TLSv1.3', cipherSuite: 'TLS_AES_128_GCM_SHA256', clientProvidedHostHeader: `${service}.${grant.region}.amazonaws.com` },
  }
}
