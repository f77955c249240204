import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { CreateRoleCommand, GetRoleCommand, IAMClient, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mintLease } from '#lib/grants/mint-lease.ts'
import { accounts } from '#lib/local/demo/organisation.ts'
import { meetClock } from '#lib/local/test/meet-clock.ts'
import { startSlice, type Slice } from '#lib/local/test/slice.ts'
import { withheld } from '#lib/trail/parse-event.ts'
import { raiseFindings } from '../raise/raise-findings.ts'
import { watchRoles } from './watch-roles.ts'

const emergencyRole = 'latchkey-emergency/latchkey-emergency'
const RoleArn = `arn:aws:iam::${accounts.paymentsProd}:role/${emergencyRole}`
let slice: Slice

beforeAll(async () => {
  slice = await startSlice()
  slice.clock.setTo(new Date())
  await meetClock(slice)
})
afterAll(() => slice.close())

const settings = () => ({ region: 'us-east-1', endpoint: slice.aws.url, credentials: slice.administrator(accounts.paymentsProd), maxAttempts: 1, systemClockOffset: slice.clock.now().getTime() - Date.now() })
const poll = () => watchRoles({ ...slice.deps, emergencyRole })
const findings = () => slice.deps.db.finding.findMany({ where: { detector: 'emergency-role' } })
const use = (RoleSessionName: string) => new STSClient(settings()).send(new AssumeRoleCommand({ RoleArn, RoleSessionName, SourceIdentity: 'lena.fischer' }))

test('what the emergency role was used for while nothing polled is one critical finding a session afterwards, told to responders, and never two', async () => {
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: accounts.paymentsProd }, Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'] }] }
  await new IAMClient(settings()).send(new CreateRoleCommand({ RoleName: 'latchkey-emergency', Path: '/latchkey-emergency/', AssumeRolePolicyDocument: JSON.stringify(trust) }))
  expect(await poll()).toMatchObject({ opened: 0 })
  expect(await findings()).toEqual([])
  await use('on-call')
  // Nobody asks for three days; grants' own credentials, and other roles, are no emergency.
  await slice.activeGrant(await slice.viewer('maya'), 'payments-prod-read')
  slice.clock.advance(3 * 24 * 3_600_000)
  slice.reconnect()
  await meetClock(slice)
  expect(await poll()).toMatchObject({ opened: 1 })
  const [finding] = await findings()
  expect(finding).toMatchObject({ severity: 'critical', grantId: null, accountId: accounts.paymentsProd, eventCount: 1, state: 'open' })
  expect(finding!.summary).toContain('lena.fischer took on the emergency role')
  expect(await slice.deps.db.outboxMessage.count({ where: { findingId: finding!.id, kind: 'finding.opened' } })).toBe(1)
  expect(await slice.deps.db.recordEntry.count({ where: { subjectId: finding!.id, kind: 'finding.opened' } })).toBe(1)
  await slice.database.owner.emergencyWatch.updateMany({ data: { cursorAt: new Date(slice.clock.now().getTime() - 4 * 24 * 3_600_000) } })
  slice.clock.advance(61_000)
  const [one, other] = await Promise.all([poll(), poll()])
  expect([one.opened, other.opened, (await findings()).length]).toEqual([0, 0, 1])
  await use('on-call')
  slice.clock.advance(61_000)
  expect(await poll()).toMatchObject({ opened: 1 })
  expect(await findings()).toHaveLength(2)
})

test('a managed role taken on past the portal is outside the record, with what the session did; what the portal hands out is not', async () => {
  const holder = await slice.viewer('maya')
  const grantId = await slice.activeGrant(holder, 'payments-prod-read')
  const minted = await mintLease(slice.deps, holder, grantId, 'reveal')
  if (!minted.ok) throw new Error(minted.message)
  const managed = `arn:aws:iam::${accounts.paymentsProd}:role/latchkey/payments-read`
  const iam = new IAMClient(settings())
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'payments-read' }))
  const trust = JSON.parse(decodeURIComponent(Role!.AssumeRolePolicyDocument!)) as { Statement: object[] }
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'payments-read', PolicyDocument: JSON.stringify({ ...trust, Statement: [...trust.Statement, { Effect: 'Allow', Principal: { AWS: accounts.paymentsProd }, Action: 'sts:AssumeRole' }] }) }))
  const { Credentials } = await new STSClient(settings()).send(new AssumeRoleCommand({ RoleArn: managed, RoleSessionName: 'back-door' }))
  const credentials = { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! }
  await new EC2Client({ ...settings(), credentials, region: 'us-east-1' }).send(new DescribeRegionsCommand({})).catch(() => undefined)
  slice.clock.advance(61_000)
  await watchRoles({ ...slice.deps, emergencyRole: undefined })
  await raiseFindings(slice.deps)
  const outside = await slice.deps.db.finding.findMany({ where: { detector: 'outside-the-record' } })
  expect(outside).toMatchObject([{ accountId: accounts.paymentsProd, eventCount: 2, title: expect.stringContaining('payments-read') }])
  const taking = await slice.deps.db.trailEvent.findFirstOrThrow({ where: { eventName: 'AssumeRole', grantId: null } })
  expect(JSON.stringify(taking.body), 'what CloudTrail writes of the token stays out of the database').not.toContain(credentials.sessionToken)
  expect(taking.body).toMatchObject({ responseElements: { credentials: { accessKeyId: credentials.accessKeyId, sessionToken: withheld } } })
  expect(await slice.deps.db.session.findMany({ where: { grantId: null } })).toMatchObject([{ roleArn: managed, eventCount: 1, principalId: expect.stringContaining(':back-door') }])
})
