import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
import { CreateRoleCommand, GetAccountSummaryCommand, GetRoleCommand, ListRolesCommand } from '@aws-sdk/client-iam'
import { DescribeInstancesCommand, DescribeRegionsCommand, DescribeSnapshotsCommand, ModifySnapshotAttributeCommand, StopInstancesCommand, DescribeVolumesCommand } from '@aws-sdk/client-ec2'
import { CreateSecretCommand, GetSecretValueCommand, ListSecretsCommand, PutResourcePolicyCommand, PutSecretValueCommand, RotateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LocalOrganisation } from '../seed.ts'
import { clientsOf, sessionOf } from '../test-clients.ts'
import { adminKey, home, other, otherAdminKey, policy, portalKey, roleArn, testOrganisation, trust } from '../test-organisation.ts'
import { startLocalAws, type LocalAws } from './start.ts'

const [first, ...rest] = testOrganisation.accounts
const seed: LocalOrganisation = {
  ...testOrganisation,
  accounts: [{ ...first!, secrets: [{ name: 'db/password', value: 'correct horse' }], instances: [{ name: 'web', tags: { stage: 'dev' } }], snapshots: [{ name: 'nightly' }] }, ...rest],
}

describe('The local AWS', () => {
  let aws: LocalAws
  beforeAll(async () => {
    aws = await startLocalAws({ seed })
  })
  afterAll(() => aws.close())
  const admin = () => clientsOf(aws, adminKey)
  const control = (path: string, body: object = {}) =>
    fetch(`${aws.url}/_local/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

  it('keeps state, events and issued credentials over a restart', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'local-aws-'))
    const before = await startLocalAws({ seed, dataDir })
    const keys = await sessionOf(before, { RoleArn: roleArn('reader') })
    const { iam } = clientsOf(before, adminKey)
    await iam.send(new CreateRoleCommand({ RoleName: 'kept', AssumeRolePolicyDocument: JSON.stringify(trust({ AWS: `arn:aws:iam::${home}:root` })) }))
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'reader' }))
    await before.close()
    const after = await startLocalAws({ seed, dataDir })
    const again = clientsOf(after, keys)
    await expect(again.sts.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({ Account: home })
    expect((await again.iam.send(new GetRoleCommand({ RoleName: 'reader' }))).Role?.RoleId).toBe(Role!.RoleId)
    await expect(again.iam.send(new GetRoleCommand({ RoleName: 'kept' }))).resolves.toBeDefined()
    expect(await (await again.s3.send(new GetObjectCommand({ Bucket: 'example-reports', Key: 'report.csv' }))).Body!.transformToString()).toBe('a,b\n1,2\n')
    const found = await clientsOf(after, adminKey).cloudtrail.send(new LookupEventsCommand({ LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateRole' }] }))
    expect(found.Events?.length).toBe(1)
    await after.close()
    rmSync(dataDir, { recursive: true })
  })

  it('answers what it does not implement as AWS answers an unknown action, never with HTML', async () => {
    await expect(admin().iam.send(new GetAccountSummaryCommand({}))).rejects.toMatchObject({ name: 'InvalidAction', $metadata: { httpStatusCode: 400 } })
    await expect(admin().ec2.send(new DescribeVolumesCommand({}))).rejects.toMatchObject({ name: 'InvalidAction' })
    await expect(admin().secrets.send(new RotateSecretCommand({ SecretId: 'db/password' }))).rejects.toMatchObject({ name: 'UnknownOperationException' })
    const unsigned = await fetch(`${aws.url}/`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'Action=ListRoles&Version=2010-05-08' })
    expect([unsigned.status, await unsigned.text()]).toEqual([403, expect.stringContaining('MissingAuthenticationToken')])
  })

  it('fails when it is told to: with a code, with HTML, by hanging up, and then no more', async () => {
    await control('fail', { service: 'iam', action: 'ListRoles', code: 'Throttling', status: 400, message: 'Rate exceeded' })
    await control('fail', { service: 'iam', kind: 'html', status: 500 })
    await control('fail', { service: 'iam', kind: 'drop' })
    const ask = () => admin().iam.send(new ListRolesCommand({}))
    await expect(ask()).rejects.toMatchObject({ name: 'Throttling' })
    await expect(ask()).rejects.toMatchObject({ $metadata: expect.objectContaining({ httpStatusCode: 500 }) })
    await expect(ask()).rejects.toMatchObject({ code: 'ECONNRESET' })
    await expect(ask()).resolves.toBeDefined()
  })

  it('moves its clock, delays events and forgets everything through its control endpoint', async () => {
    await control('clock/set', { at: '2030-01-01T00:00:00Z' })
    expect(((await (await fetch(`${aws.url}/_local/clock`)).json()) as { now: string }).now).toBe('2030-01-01T00:00:00.000Z')
    await control('clock/advance', { ms: 1500 })
    expect(aws.clock.now().toISOString()).toBe('2030-01-01T00:00:01.500Z')
    await expect(admin().sts.send(new GetCallerIdentityCommand({}))).resolves.toBeDefined()
    await control('clock/reset')
    await control('cloudtrail/delay', { ms: 60_000 })
    await admin().iam.send(new ListRolesCommand({}))
    const found = async () => (await admin().cloudtrail.send(new LookupEventsCommand({ LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'ListRoles' }], StartTime: new Date(Date.now() - 2000) }))).Events!.length
    const before = await found()
    await control('cloudtrail/flush')
    expect(await found()).toBeGreaterThan(before)
    expect((await fetch(`${aws.url}/_local/wipe`, { method: 'POST', body: '{}' })).status).toBe(404)
    expect((await control('clock/set', { at: 'tomorrow' })).status).toBe(400)
    await control('wipe')
    expect(aws.recorded(home)).toEqual([])
    await control('cloudtrail/delay', { ms: 0 })
  })

  it('keeps secrets by resource policy, and out of the trail', async () => {
    const { secrets } = admin()
    const { ARN } = await secrets.send(new CreateSecretCommand({ Name: 'api', SecretString: 'one-fish' }))
    await secrets.send(new PutSecretValueCommand({ SecretId: 'api', SecretString: 'two-fish' }))
    expect((await secrets.send(new GetSecretValueCommand({ SecretId: 'api' }))).SecretString).toBe('two-fish')
    expect((await secrets.send(new GetSecretValueCommand({ SecretId: ARN!, VersionStage: 'AWSPREVIOUS' }))).SecretString).toBe('one-fish')
    expect((await secrets.send(new ListSecretsCommand({}))).SecretList?.map((secret) => secret.Name)).toEqual(['db/password', 'api'])
    const foreign = clientsOf(aws, otherAdminKey).secrets
    await expect(foreign.send(new GetSecretValueCommand({ SecretId: ARN! }))).rejects.toMatchObject({ name: 'AccessDeniedException' })
    const open = policy({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${other}:root` }, Action: 'secretsmanager:GetSecretValue', Resource: '*' })
    await secrets.send(new PutResourcePolicyCommand({ SecretId: 'api', ResourcePolicy: JSON.stringify(open) }))
    expect((await foreign.send(new GetSecretValueCommand({ SecretId: ARN! }))).SecretString).toBe('two-fish')
    expect(JSON.stringify(aws.recorded(home))).not.toMatch(/fish/)
    await expect(clientsOf(aws, portalKey).secrets.send(new GetSecretValueCommand({ SecretId: 'api' }))).rejects.toMatchObject({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } })
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: 'none' }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })

  it('describes, stops and shares in EC2', async () => {
    const { ec2 } = admin()
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({}))
    const [instance] = Reservations![0]!.Instances!
    expect(instance).toMatchObject({ State: { Name: 'running' }, Tags: expect.arrayContaining([{ Key: 'stage', Value: 'dev' }]) })
    const stopped = await ec2.send(new StopInstancesCommand({ InstanceIds: [instance!.InstanceId!] }))
    expect(stopped.StoppingInstances?.[0]).toMatchObject({ CurrentState: { Name: 'stopped' }, PreviousState: { Name: 'running' } })
    expect((await ec2.send(new DescribeRegionsCommand({}))).Regions?.map((region) => region.RegionName)).toContain('eu-central-1')
    const reader = clientsOf(aws, await sessionOf(aws, { RoleArn: roleArn('reader') })).ec2
    await expect(reader.send(new StopInstancesCommand({ InstanceIds: [instance!.InstanceId!] }))).rejects.toMatchObject({ name: 'UnauthorizedOperation', message: expect.stringContaining('ec2:StopInstances') })
    expect(aws.recorded(home).at(-1)).toMatchObject({ errorCode: 'Client.UnauthorizedOperation', requestParameters: { instancesSet: { items: [{ instanceId: instance!.InstanceId }] } } })
    const [snapshot] = (await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))).Snapshots!
    await ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId: snapshot!.SnapshotId!, CreateVolumePermission: { Add: [{ UserId: '999999999999' }] } }))
    expect(aws.recorded(home).at(-1)).toMatchObject({ requestParameters: { createVolumePermission: { add: { items: [{ userId: '999999999999' }] } } } })
  })
})
