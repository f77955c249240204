import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accounts } from '#lib/local/demo/organisation.ts'
import { meetClock } from '#lib/local/test/meet-clock.ts'
import { startSlice, type Slice } from '#lib/local/test/slice.ts'
import { watchEmergencyRoles } from './watch-emergency-roles.ts'

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
const poll = () => watchEmergencyRoles({ ...slice.deps, emergencyRole })
const findings = () => slice.deps.db.finding.findMany({ where: { detector: 'emergency-role' } })
const use = (RoleSessionName: string) => new STSClient(settings()).send(new AssumeRoleCommand({ RoleArn, RoleSessionName, SourceIdentity: 'lena.fischer' }))

test('what the emergency role was used for while nothing polled is one critical finding a session afterwards, told to responders, and never two', async () => {
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: accounts.paymentsProd }, Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'] }] }
  await new IAMClient(settings()).send(new CreateRoleCommand({ RoleName: 'latchkey-emergency', Path: '/latchkey-emergency/', AssumeRolePolicyDocument: JSON.stringify(trust) }))
  expect(await poll()).toMatchObject({ opened: 0, failures: [] })
  expect(await findings()).toEqual([])
  await use('on-call')
  // Nobody asks for three days; grants' own credentials, and other roles, are no emergency.
  await slice.activeGrant(await slice.viewer('maya'), 'payments-prod-read')
  slice.clock.advance(3 * 24 * 3_600_000)
  slice.reconnect()
  await meetClock(slice)
  expect(await poll()).toMatchObject({ opened: 1, failures: [] })
  const [finding] = await findings()
  expect(finding).toMatchObject({ severity: 'critical', grantId: null, accountId: accounts.paymentsProd, eventCount: 1, state: 'open' })
  expect(finding!.summary).toContain('lena.fischer took on the emergency role')
  expect(await slice.deps.db.outboxMessage.count({ where: { findingId: finding!.id, kind: 'finding.opened' } })).toBe(1)
  expect(await slice.deps.db.recordEntry.count({ where: { subjectId: finding!.id, kind: 'finding.opened' } })).toBe(1)
  await slice.database.owner.emergencyWatch.updateMany({ data: { cursorAt: new Date(slice.clock.now().getTime() - 4 * 24 * 3_600_000) } })
  slice.clock.advance(61_000)
  const [one, other] = await Promise.all([poll(), poll()])
  expect([one.opened, other.opened, one.failures, other.failures, (await findings()).length]).toEqual([0, 0, [], [], 1])
  await use('on-call')
  slice.clock.advance(61_000)
  expect(await poll()).toMatchObject({ opened: 1 })
  expect(await findings()).toHaveLength(2)
})
