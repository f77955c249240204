import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openIdentityCenter } from '#lib/aws/identity-center.ts'
import { type Database, openDatabase } from '#lib/db/client.ts'
import { admitToIdentityCenter } from '#lib/grants/assignments/identity-center-rate.ts'
import { reconcileAssignments } from '#lib/grants/assignments/reconcile-assignments.ts'
import { openQueue } from '#lib/jobs/queue.ts'
import type { LocalOrganisation } from '../aws/seed.ts'
import { type LocalAws, startLocalAws } from '../aws/server/start.ts'
import { startStack } from '../stack/start-stack.ts'
import { freePort } from '../test/free-port.ts'
import { atLeast, atMost, type BenchCase, informs } from './bench-case.ts'

/** https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html */
const allowedPerSecond = 20
const inEach = 5
const management = '100000000001'
const key = { accessKeyId: 'AKIABENCHMANAGEMENT1', secretAccessKey: 'not-a-real-secret-of-the-bench' }
const setName = (index: number): string => `Set-${index}`

/**
 * One comparison of Identity Center with the record, five assignments in each account, at the rate that AWS allows the
 * whole organisation: how near it comes to it while nobody else asks, and whether any second ever saw more, as the
 * local AWS counts over every 1,000 milliseconds, refused requests included.
 */
export async function benchAssignments(accountCount: number): Promise<BenchCase[]> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'latchkey-assignments-'))
  const ports = { app: await freePort(), provider: await freePort(), aws: await freePort(), postgres: await freePort() }
  const stack = await startStack({ dataDir, ports, cloudTrailDelayMs: 0 })
  const aws = await startLocalAws({ seed: company(accountCount) })
  const db = openDatabase(stack.environment.DATABASE_URL ?? '')
  const before = process.env.AWS_ENDPOINT_URL
  process.env.AWS_ENDPOINT_URL = aws.url
  try {
    return await measure(db, stack.environment.DATABASE_URL ?? '', aws, accountCount)
  } finally {
    if (before === undefined) delete process.env.AWS_ENDPOINT_URL
    else process.env.AWS_ENDPOINT_URL = before
    await db.$disconnect()
    await aws.close()
    await stack.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function measure(db: Database, databaseUrl: string, aws: LocalAws, accountCount: number): Promise<BenchCase[]> {
  const clock = (): Date => new Date()
  const identityCenter = openIdentityCenter('us-east-1', async () => key, () => admitToIdentityCenter(db, clock))
  await recordAssignments(db, identityCenter, accountCount)
  const queue = await openQueue(databaseUrl, () => undefined)
  const asked = aws.identityCenterLoad().requests
  const begun = performance.now()
  const { repaired, outside, unread } = await reconcileAssignments({ db, queue, clock, identityCenter }, clock())
  const seconds = (performance.now() - begun) / 1_000
  await queue.stop()
  if (repaired.length + outside.length + unread.length > 0) throw new Error(`AWS and the record agree, but ${repaired.length} were repaired, ${outside.length} outside, ${unread.length} unread.`)
  const { requests, busiestSecond } = aws.identityCenterLoad()
  const pairs = accountCount * inEach
  const what = `${accountCount.toLocaleString('en')} accounts x ${inEach} assignments`
  return [
    informs(`reconcile ${what}`, 's', seconds, pairs),
    atMost(`reconcile ${what}: requests for each`, '', (requests - asked) / pairs, 1.05, pairs),
    atLeast(`reconcile ${what}: of the limit of 20 a second`, '%', ((requests - asked) / seconds / allowedPerSecond) * 100, 50, requests - asked),
    atMost('the busiest second that Identity Center saw', 'requests', busiestSecond, allowedPerSecond, requests),
  ]
}

/** What the record says: every assignment is there and was asked for. */
async function recordAssignments(db: Database, identityCenter: ReturnType<typeof openIdentityCenter>, accountCount: number): Promise<void> {
  const person = await identityCenter.findPrincipal({ userNames: ['maya'] })
  if (!person.ok) throw new Error(person.message)
  for (let index = 0; index < inEach; index += 1) {
    const set = await identityCenter.findPermissionSet(setName(index))
    if (!set.ok) throw new Error(set.message)
    const { arn, name, sessionMinutes } = set.permissionSet
    const place = { permissionSetArn: arn, permissionSetName: name, sessionMinutes, principalType: person.principal.type, principalId: person.principal.id, state: 'present' as const, asked: true }
    await db.accountAssignment.createMany({ data: accountIds(accountCount).map((accountId) => ({ ...place, accountId })) })
  }
}

const accountIds = (count: number): string[] => Array.from({ length: count }, (_, index) => String(700_000_000_000 + index))

function company(accountCount: number): LocalOrganisation {
  const ids = accountIds(accountCount)
  const administrator = { name: 'bench', managed: ['arn:aws:iam::aws:policy/AdministratorAccess'], keys: [{ id: key.accessKeyId, secret: key.secretAccessKey }] }
  const sets = Array.from({ length: inEach }, (_, index) => setName(index))
  return {
    accounts: [{ id: management, name: 'management', users: [administrator] }, ...ids.map((id, index) => ({ id, name: `account-${index}` }))],
    organization: { managementAccountId: management },
    identityCenter: {
      permissionSets: sets.map((name) => ({ name })),
      users: [{ userName: 'maya', displayName: 'Maya Chen', email: 'maya@bench.example' }],
      assignments: ids.flatMap((accountId) => sets.map((permissionSet) => ({ accountId, permissionSet, userName: 'maya' }))),
    },
  }
}
