import { DescribeRegionsCommand, EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2'
import { CreateAccessKeyCommand, CreateRoleCommand, CreateUserCommand, DeleteRolePermissionsBoundaryCommand, DeleteUserCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { endGrant } from '#lib/grants/end-grant.ts'
import { finishDueGrants } from '#lib/grants/finish-grants.ts'
import { type MintedLease, mintLease } from '#lib/grants/mint-lease.ts'
import { accounts } from '#lib/local/demo/organisation.ts'
import { meetClock } from '#lib/local/test/meet-clock.ts'
import { startSlice, type Slice } from '#lib/local/test/slice.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { pollTrail } from '#lib/trail/poll-trail.ts'
import { detectGrant } from './detect-grant.ts'
import { countOpenFindings, listFindings, listLatestFindings, readLeadEvents } from './findings.queries.ts'
import { watchRoles } from './emergency/watch-roles.ts'
import { listLeftBehind } from './left-behind.queries.ts'
import { triageFinding } from './triage/triage-finding.ts'

let slice: Slice
let maya: Viewer
let rosa: Viewer

beforeAll(async () => {
  slice = await startSlice()
})
afterAll(() => slice.close())
beforeEach(async () => {
  slice.clock.reset()
  slice.aws.wipe()
  await meetClock(slice)
  await slice.database.owner.$executeRaw`TRUNCATE "grant", rate_budget, record_entry, record_commitment, record_pending, record_seal CASCADE`
  maya = await slice.viewer('maya')
  rosa = await slice.viewer('rosa')
})

const open = async (profileId: string, holder = maya, minutes?: number): Promise<{ grantId: string; lease: MintedLease }> => {
  const grantId = await slice.activeGrant(holder, profileId, minutes)
  const result = await mintLease(slice.deps, holder, grantId, 'reveal')
  if (!result.ok) throw new Error(result.message)
  return { grantId, lease: result.lease }
}
/** An unmodified SDK client's settings; `address` is the network the local AWS is told to see. */
const settings = (lease: MintedLease) => {
  const { accessKeyId, secretAccessKey, sessionToken } = lease.credentials
  return { region: lease.region, credentials: { accessKeyId, secretAccessKey, sessionToken }, maxAttempts: 1, endpoint: slice.aws.url, systemClockOffset: slice.clock.now().getTime() - Date.now() }
}
const describe = async (lease: MintedLease, address = '203.0.113.10') => {
  const ec2 = new EC2Client(settings(lease))
  ec2.middlewareStack.add((next) => (args) => {
    ;(args.request as { headers: Record<string, string> }).headers['x-local-source-ip'] = address
    return next(args)
  }, { step: 'build' })
  return ec2.send(new DescribeRegionsCommand({}))
}
const refused = { name: 'UnauthorizedOperation' }
const stop = (lease: MintedLease) => expect(new EC2Client(settings(lease)).send(new StopInstancesCommand({ InstanceIds: ['i-0'] }))).rejects.toMatchObject(refused)
/** Ingests what CloudTrail has by now, and runs the job that this asked for. */
const look = async (grantId: string) => {
  slice.clock.advance(61_000)
  await pollTrail(slice.deps)
  return detectGrant(slice.deps, grantId)
}
const findings = () => slice.deps.db.finding.findMany({ orderBy: { dedupeKey: 'asc' } })
const recorded = async (kind: string) => (await slice.deps.db.recordEntry.findMany({ where: { kind } })).length
const everything = { state: '', severity: '', text: '' }

test('use after the end is found after the clock has passed it, once, and grows with its evidence', async () => {
  const { grantId, lease } = await open('payments-prod-read', maya, 5)
  await describe(lease)
  expect(await look(grantId)).toMatchObject({ opened: 0 })
  slice.clock.advance(5 * 60_000)
  await finishDueGrants(slice.deps)
  await expect(describe(lease)).rejects.toMatchObject(refused)
  expect(await look(grantId)).toMatchObject({ opened: 1, updated: 0 })
  expect(await look(grantId)).toMatchObject({ opened: 0, updated: 0 })
  await expect(describe(lease)).rejects.toMatchObject(refused)
  expect(await look(grantId)).toMatchObject({ opened: 0, updated: 1 })
  expect(await findings()).toMatchObject([{ detector: 'use-after-end', severity: 'medium', state: 'open', eventCount: 2, summary: expect.stringContaining("Maya Chen's session in payments-prod made 2 calls after the grant ended") }])
  expect([await recorded('finding.opened'), await recorded('finding.updated')]).toEqual([1, 1])
})

test('credentials that still work after a revocation are a severe finding', async () => {
  const { grantId, lease } = await open('payments-prod-read')
  expect(await endGrant(slice.deps, rosa, grantId, 'seen somewhere odd')).toMatchObject({ ok: true })
  slice.clock.advance(2_000)
  await describe(lease)
  await look(grantId)
  expect(await findings()).toMatchObject([{ detector: 'use-after-end', severity: 'high', title: 'Credentials worked after the grant ended' }])
})

test('two networks, a burst of denials and what was left behind are found on events of the local AWS', async () => {
  const { grantId, lease } = await open('sandbox-admin')
  await describe(lease)
  slice.clock.advance(2_000)
  await describe(lease, '198.51.100.7')
  slice.clock.advance(2_000)
  const iam = new IAMClient(settings(lease))
  await iam.send(new CreateUserCommand({ UserName: 'backdoor' }))
  await iam.send(new CreateAccessKeyCommand({ UserName: 'backdoor' }))
  const reading = await open('payments-prod-read')
  for (let call = 0; call < 5; call += 1) await stop(reading.lease)
  await look(grantId)
  await look(reading.grantId)
  expect((await findings()).map((finding) => [finding.detector, finding.severity, finding.eventCount])).toEqual([
    ['denied-burst', 'medium', 5],
    ['outliving-writes', 'high', 2],
    ['several-networks', 'high', 3],
  ])
  expect((await findings())[1]).toMatchObject({ title: 'Left behind: IAM user backdoor', summary: expect.stringMatching(/Maya Chen changed sandbox .* IAM user backdoor created, then was given an access key \(AKIA/) })
})

test('credentials used from another network than they were taken from are found by the address that their lease keeps', async () => {
  const grantId = await slice.activeGrant(maya, 'payments-prod-read')
  const take = async (address: string | null) => {
    const result = await mintLease(slice.deps, maya, grantId, 'reveal', address)
    if (!result.ok) throw new Error(result.message)
    return result.lease
  }
  const lease = await take('203.0.113.77')
  await describe(lease, '203.0.113.10')
  expect(await look(grantId)).toMatchObject({ opened: 0 })
  await describe(lease, '198.51.100.7')
  await look(grantId)
  expect(await findings()).toMatchObject([{ detector: 'other-network', severity: 'medium', eventCount: 1, summary: expect.stringContaining('took credentials for payments-prod at 203.0.113.0/24; they were used from 198.51.100.0/24') }])
  expect(await slice.deps.db.lease.findMany({ where: { grantId, purpose: 'reveal' }, select: { fromAddress: true } })).toEqual([{ fromAddress: '203.0.113.77' }])
  await take('unknown')
  expect(await slice.deps.db.lease.count({ where: { grantId, fromAddress: null, purpose: 'reveal' } })).toBe(1)
})

test('another role taken on from a grant is found, with what was done in it', async () => {
  const roleArn = `arn:aws:iam::${accounts.sandbox}:role/deploy`
  const administrator = new IAMClient({ region: 'us-east-1', endpoint: slice.aws.url, credentials: slice.administrator(accounts.sandbox), systemClockOffset: slice.clock.now().getTime() - Date.now() })
  await administrator.send(new CreateRoleCommand({ RoleName: 'deploy', AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: accounts.sandbox }, Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'] }] }) }))
  await administrator.send(new PutRolePolicyCommand({ RoleName: 'deploy', PolicyName: 'read', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' }] }) }))
  const { definition } = await slice.deps.db.accessProfile.findUniqueOrThrow({ where: { id: 'sandbox-admin' } })
  const { access } = definition as { access: object }
  const onward = (onwardRoles: string[]) => ({ ...(definition as object), access: { ...access, onwardRoles } })
  await slice.database.owner.accessProfile.update({ where: { id: 'sandbox-admin' }, data: { definition: onward([roleArn]) } })
  const { grantId, lease } = await open('sandbox-admin')
  await slice.database.owner.accessProfile.update({ where: { id: 'sandbox-admin' }, data: { definition: definition as object } })
  // The role's boundary lets nobody go on; here somebody took it away behind the portal's back.
  await administrator.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: 'sandbox-admin' }))
  const { Credentials } = await new STSClient(settings(lease)).send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'onward' }))
  const further = { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! }
  await new EC2Client({ ...settings(lease), credentials: further }).send(new DescribeRegionsCommand({}))
  await look(grantId)
  slice.clock.advance(2_000)
  await watchRoles({ ...slice.deps, emergencyRole: undefined })
  await detectGrant(slice.deps, grantId)
  expect(await findings(), 'the profile let them').toEqual([])
  await slice.database.owner.$executeRaw`UPDATE "grant" SET access = jsonb_set(access, '{onwardRoles}', '[]')`
  await detectGrant(slice.deps, grantId)
  expect(await findings()).toMatchObject([{ detector: 'role-chaining', severity: 'medium', title: 'Another role taken on: deploy', eventCount: 2, summary: expect.stringContaining('1 call in it is known.') }])
})

test('what was left behind is listed to those who watch, its holder and those whom its request concerns, without what was taken back, and to nobody else', async () => {
  const { grantId, lease } = await open('sandbox-admin')
  const iam = new IAMClient(settings(lease))
  await iam.send(new CreateUserCommand({ UserName: 'stays' }))
  await iam.send(new CreateAccessKeyCommand({ UserName: 'stays' }))
  await iam.send(new CreateUserCommand({ UserName: 'goes' }))
  slice.clock.advance(5_000)
  await new IAMClient(settings(lease)).send(new DeleteUserCommand({ UserName: 'goes' }))
  await look(grantId)
  const [finding] = await findings()
  const list = async (viewer: Viewer) => listLeftBehind(slice.deps.db, viewer, grantId, slice.clock.now())
  const created = await slice.deps.db.trailEvent.findFirstOrThrow({ where: { grantId, eventName: 'CreateUser' }, orderBy: { eventTime: 'asc' } })
  const left = await list(rosa)
  expect(left?.things).toMatchObject([
    { of: 'IAM user', name: 'stays', accountId: null, severity: 'high', finding: { id: finding!.id, state: 'open' }, changes: [{ words: 'created', call: 'CreateUser', at: created.eventTime, times: 1, takenBack: null }, { words: expect.stringMatching(/^was given an access key \(AKIA/), call: 'CreateAccessKey' }] },
  ])
  expect(await slice.deps.db.trailEvent.count({ where: { grantId, eventName: 'CreateUser', eventId: left!.things[0]!.changes[0]!.eventId } })).toBe(1)
  expect(left?.knownUntil).toBeInstanceOf(Date)
  expect((await list(maya))?.things).toMatchObject([{ name: 'stays', finding: null }])
  expect((await list(await slice.viewer('amir')))?.things).toHaveLength(1)
  for (const name of ['ana', 'jon']) expect((await list(await slice.viewer(name)))?.things, `${name} was asked about the request`).toMatchObject([{ name: 'stays', finding: null }])
  for (const name of ['tom', 'nina']) expect(await list(await slice.viewer(name)), name).toBeNull()
})

test('what another person takes back afterwards is said beside what was left behind, and the finding stays', async () => {
  const { grantId, lease } = await open('sandbox-admin')
  await new IAMClient(settings(lease)).send(new CreateUserCommand({ UserName: 'stays' }))
  await new IAMClient(settings(lease)).send(new CreateUserCommand({ UserName: 'forgotten' }))
  await look(grantId)
  const tom = await slice.viewer('tom')
  const cleaning = await open('sandbox-admin', tom)
  await new IAMClient(settings(cleaning.lease)).send(new DeleteUserCommand({ UserName: 'forgotten' }))
  await look(cleaning.grantId)
  const left = await listLeftBehind(slice.deps.db, maya, grantId, slice.clock.now())
  expect(left?.things).toMatchObject([{ name: 'stays', changes: [{ takenBack: null }] }, { name: 'forgotten', changes: [{ takenBack: { call: 'DeleteUser', at: expect.any(Date) } }] }])
  expect((await findings()).map(({ title, state }) => [title, state])).toEqual([['Left behind: IAM user forgotten', 'open'], ['Left behind: IAM user stays', 'open']])
  expect((await listLeftBehind(slice.deps.db, tom, cleaning.grantId, slice.clock.now()))?.things).toEqual([])
})

test('detection run by many at once opens one finding and writes one entry', async () => {
  const { grantId, lease } = await open('payments-prod-read')
  for (let call = 0; call < 5; call += 1) await stop(lease)
  slice.clock.advance(61_000)
  await pollTrail(slice.deps)
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => detectGrant(slice.deps, grantId)))
  expect(outcomes.map((outcome) => outcome.opened).sort((a, b) => a - b)).toEqual([0, 0, 0, 0, 0, 1])
  expect([await slice.deps.db.finding.count(), await recorded('finding.opened')]).toEqual([1, 1])
})

test('what a person closed stays closed; the same thing happening again opens another finding', async () => {
  const { grantId, lease } = await open('payments-prod-read')
  for (let call = 0; call < 5; call += 1) await stop(lease)
  await look(grantId)
  const [first] = await findings()
  expect(await triageFinding(slice.deps, rosa, first!.id, { verdict: 'close', as: 'false_positive', reason: 'a script with the wrong profile' })).toMatchObject({ ok: true })
  await stop(lease)
  expect(await look(grantId)).toMatchObject({ opened: 0, updated: 0 })
  for (let call = 0; call < 4; call += 1) await stop(lease)
  expect(await look(grantId)).toMatchObject({ opened: 1 })
  expect((await findings()).map((finding) => [finding.state, finding.closedReason])).toEqual([
    ['closed', 'a script with the wrong profile'],
    ['open', null],
  ])
})

test('what was acknowledged is open again when it has become more severe', async () => {
  const { grantId, lease } = await open('payments-prod-read')
  await endGrant(slice.deps, maya, grantId, '')
  slice.clock.advance(2_000)
  await stop(lease)
  await look(grantId)
  const [finding] = await findings()
  expect(await triageFinding(slice.deps, rosa, finding!.id, { verdict: 'acknowledge' })).toMatchObject({ ok: true })
  await stop(lease)
  await look(grantId)
  expect(await findings()).toMatchObject([{ state: 'acknowledged', severity: 'medium', eventCount: 2 }])
  await describe(lease)
  await look(grantId)
  expect(await findings()).toMatchObject([{ state: 'open', severity: 'high', eventCount: 3 }])
})

const aFinding = async () => {
  const { grantId, lease } = await open('payments-prod-read')
  for (let call = 0; call < 5; call += 1) await stop(lease)
  await look(grantId)
  return (await findings())[0]!
}

test('triage is refused to everybody but responders and admins, and leaves no trace', async () => {
  const finding = await aFinding()
  for (const [id, code] of [['maya', 'not_found'], ['tom', 'not_found'], ['ana', 'not_found'], ['jon', 'not_found'], ['nina', 'not_found'], ['kenji', 'not_found'], ['olga', 'not_found'], ['amir', 'not_allowed']] as const) {
    const other = await slice.viewer(id)
    for (const triage of [{ verdict: 'acknowledge' }, { verdict: 'close', as: 'false_positive', reason: 'because I say so' }] as const) {
      expect(await triageFinding(slice.deps, other, finding.id, triage)).toMatchObject({ ok: false, code })
    }
  }
  const holder = { ...maya, roles: ['requester', 'responder', 'admin'] } as Viewer
  expect(await triageFinding(slice.deps, holder, finding.id, { verdict: 'acknowledge' })).toMatchObject({ ok: false, code: 'own' })
  expect(await triageFinding(slice.deps, rosa, finding.id, { verdict: 'close', as: 'false_positive', reason: '  x ' })).toMatchObject({ ok: false, code: 'reason_missing' })
  expect(await triageFinding(slice.deps, rosa, '01a20000-0000-7000-8000-000000000000', { verdict: 'acknowledge' })).toMatchObject({ ok: false, code: 'not_found' })
  expect(await findings()).toMatchObject([{ state: 'open', updatedAt: finding.updatedAt }])
  expect([await recorded('finding.acknowledged'), await recorded('finding.closed')]).toEqual([0, 0])
})

test('of two people who decide at once, one does, and the record says who', async () => {
  const finding = await aFinding()
  const lena = await slice.viewer('lena')
  const results = await Promise.all([rosa, lena, rosa, lena].map((viewer) => triageFinding(slice.deps, viewer, finding.id, { verdict: 'close', as: 'false_positive', reason: 'looked into it' })))
  expect(results.filter((result) => result.ok)).toHaveLength(1)
  expect(results.filter((result) => !result.ok && result.code === 'already')).toHaveLength(3)
  const [entry] = await slice.deps.db.recordEntry.findMany({ where: { kind: 'finding.closed' } })
  const [now] = await findings()
  expect(entry).toMatchObject({ subjectId: finding.id, actorId: now!.triagedById, grantId: finding.grantId })
  expect(await recorded('finding.closed')).toBe(1)
})

test('findings are listed to those who watch: open first, then the most severe, page by page; filters and text leave what fits', async () => {
  const { id } = await aFinding()
  const template = await slice.deps.db.finding.findUniqueOrThrow({ where: { id } })
  const rows = [['low', 1, 'open'], ['critical', 4, 'closed'], ['high', 3, 'open'], ['high', 3, 'open'], ['low', 1, 'acknowledged']] as const
  for (const [index, [severity, severityOrder, state]] of rows.entries()) {
    const { id: _, evidence: __, ...rest } = template
    await slice.deps.db.finding.create({ data: { ...rest, evidence: {}, dedupeKey: `made-${index}`, severity, severityOrder, state, title: `Made ${index}` } })
  }
  const seen: string[] = []
  let after: string | undefined
  do {
    const page = await listFindings(slice.deps.db, rosa, everything, { take: 2, after })
    seen.push(...page.findings.map((finding) => `${finding.state} ${finding.severity}`))
    after = page.next
  } while (after)
  expect(seen).toEqual(['open high', 'open high', 'open medium', 'open low', 'acknowledged low', 'closed critical'])
  const only = async (filter: Partial<typeof everything>) => (await listFindings(slice.deps.db, rosa, { ...everything, ...filter }, { take: 50 })).findings.length
  expect([await only({ state: 'open' }), await only({ severity: 'high' }), await only({ text: 'maya MADE' }), await only({ text: 'payments-prod burst' }), await only({ text: "%' OR 1=1 --" }), await only({ state: 'nonsense' })]).toEqual([4, 2, 5, 6, 0, 6])
  expect(await listLatestFindings(slice.deps.db, rosa, 3)).toHaveLength(3)
  expect(await countOpenFindings(slice.deps.db, rosa)).toBe(4)
  const lead = { accountId: template.accountId, eventId: (template.evidence as { leadEventId: string }).leadEventId }
  expect([...(await readLeadEvents(slice.deps.db, rosa, [lead])).values()]).toMatchObject([{ eventName: 'StopInstances', errorCode: 'Client.UnauthorizedOperation' }])
  for (const name of ['maya', 'tom', 'ana', 'jon', 'olga']) {
    const other = await slice.viewer(name)
    expect((await listFindings(slice.deps.db, other, everything, { take: 50 })).findings).toEqual([])
    expect(await listLatestFindings(slice.deps.db, other)).toEqual([])
    expect(await countOpenFindings(slice.deps.db, other)).toBe(0)
    expect((await readLeadEvents(slice.deps.db, other, [lead])).size).toBe(0)
  }
})
