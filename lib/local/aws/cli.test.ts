import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env as own } from 'node:process'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLocalAws, type LocalAws } from './server/start.ts'
import type { Keys } from './test-clients.ts'
import { adminKey, home, policy, portalKey, roleArn, testOrganisation } from './test-organisation.ts'

const run = promisify(execFile)

/** `/root/.pyenv/shims/aws` and its like exist without anything behind them, so asking for the version is the proof. */
function cliVersion(): [number, number] | undefined {
  try {
    const [, major, minor] = /aws-cli\/(\d+)\.(\d+)/.exec(execFileSync('aws', ['--version'], { encoding: 'utf8', stdio: 'pipe', timeout: 20_000 })) ?? []
    return major === undefined ? undefined : [Number(major), Number(minor)]
  } catch {
    return undefined
  }
}
const [major, minor] = cliVersion() ?? [0, 0]
const works = major > 0
/** `validate-logs` makes clients of other services, which `--endpoint-url` does not reach: AWS_ENDPOINT_URL does, from 2.13 and 1.29 on. */
const readsEndpoint = major === 1 ? minor >= 29 : major > 2 || minor >= 13

describe.skipIf(!works)('The aws CLI (skipped where no `aws` works: apt-get install -y awscli)', { timeout: 60_000 }, () => {
  let aws: LocalAws
  const home_ = mkdtempSync(join(tmpdir(), 'aws-cli-'))
  beforeAll(async () => {
    const [first, ...rest] = testOrganisation.accounts
    const more = { trails: [{ name: 'main', bucket: 'example-reports' }], instances: [{ name: 'web' }], secrets: [{ name: 'db', value: 'hush' }] }
    aws = await startLocalAws({ seed: { ...testOrganisation, accounts: [{ ...first!, ...more }, ...rest] } })
  })
  afterAll(async () => {
    await aws.close()
    rmSync(home_, { recursive: true })
  })

  const env = (keys: Keys): NodeJS.ProcessEnv => ({
    PATH: own.PATH,
    HOME: home_,
    NODE_ENV: 'test',
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    ...(keys.sessionToken !== undefined && { AWS_SESSION_TOKEN: keys.sessionToken }),
    AWS_ENDPOINT_URL: aws.url,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_PAGER: '',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    NO_PROXY: '127.0.0.1',
  })
  const cli = async (keys: Keys, ...args: string[]) => (await run('aws', ['--endpoint-url', aws.url, '--output', 'json', ...args], { env: env(keys) })).stdout
  const json = async (keys: Keys, ...args: string[]) => JSON.parse(await cli(keys, ...args)) as Record<string, unknown>
  const assume = async (...more: string[]): Promise<Keys> => {
    const answer = await json(portalKey, 'sts', 'assume-role', '--role-arn', roleArn('reader'), '--role-session-name', 'g-1', ...more)
    const { AccessKeyId, SecretAccessKey, SessionToken } = answer.Credentials as Record<string, string>
    return { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! }
  }

  it('assumes a role and is that role, until the session policy ends it', async () => {
    const end = new Date(Date.now() + 120_000).toISOString()
    const ending = policy({ Effect: 'Allow', Action: '*', Resource: '*' }, { Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': end } } })
    const keys = await assume('--source-identity', 'ada', '--policy', JSON.stringify(ending))
    expect(await json(keys, 'sts', 'get-caller-identity')).toMatchObject({ Account: home, Arn: `arn:aws:sts::${home}:assumed-role/reader/g-1` })
    expect(await cli(keys, 's3', 'ls')).toContain('example-reports')
    aws.clock.advance(130_000)
    await expect(cli(keys, 's3api', 'list-buckets')).rejects.toThrow(/AccessDenied.*explicit deny in a session policy/)
    aws.clock.reset()
  })

  it('copies objects, lists instances and reads secrets', async () => {
    const file = join(home_, 'note.txt')
    writeFileSync(file, 'written by the CLI')
    await cli(adminKey, 's3', 'cp', file, 's3://example-reports/notes/note.txt')
    await cli(adminKey, 's3', 'cp', 's3://example-reports/notes/note.txt', `${file}.back`)
    expect(readFileSync(`${file}.back`, 'utf8')).toBe('written by the CLI')
    expect(await json(adminKey, 'ec2', 'describe-instances')).toMatchObject({ Reservations: [{ Instances: [{ State: { Name: 'running' } }] }] })
    expect(await json(adminKey, 'secretsmanager', 'get-secret-value', '--secret-id', 'db')).toMatchObject({ SecretString: 'hush' })
  })

  it('reads IAM with decoded documents, and looks events up', async () => {
    const role = await json(adminKey, 'iam', 'get-role', '--role-name', 'vendor')
    expect(role).toMatchObject({ Role: { AssumeRolePolicyDocument: { Statement: [{ Condition: { StringEquals: { 'sts:ExternalId': 'ticket-42' } } }] } } })
    expect((await json(adminKey, 'iam', 'list-roles', '--max-items', '2')).Roles).toHaveLength(2)
    const { Events } = await json(adminKey, 'cloudtrail', 'lookup-events', '--lookup-attributes', 'AttributeKey=EventName,AttributeValue=GetRole')
    expect(Events).toMatchObject([{ EventName: 'GetRole', Username: 'admin' }])
    await expect(cli(portalKey, 'iam', 'get-role', '--role-name', 'vendor')).rejects.toThrow(/AccessDenied.*iam:GetRole/)
  })

  it.skipIf(!readsEndpoint)('validates the digests and log files of a trail, and finds one that was changed', async () => {
    aws.clock.advance(-1_800_000)
    aws.writeDigests()
    aws.clock.reset()
    const [file = ''] = aws.deliverTrailFiles()
    aws.clock.advance(1_810_000)
    aws.writeDigests()
    aws.clock.reset()
    const validate = ['cloudtrail', 'validate-logs', '--trail-arn', `arn:aws:cloudtrail:us-east-1:${home}:trail/main`, '--start-time', new Date(Date.now() - 2 * 3_600_000).toISOString()]
    const valid = await cli(adminKey, ...validate)
    expect(valid).toMatch(/2\/2 digest files valid/)
    expect(valid).toMatch(/1\/1 log files valid/)
    const changed = join(home_, 'changed')
    writeFileSync(changed, gzipSync('{"Records":[]}'))
    await cli(adminKey, 's3', 'cp', changed, `s3://${file}`)
    await expect(cli(adminKey, ...validate)).rejects.toMatchObject({ stdout: expect.stringMatching(/0\/1 log files valid, 1\/1 log files INVALID/) })
  })
})
