import { describe, expect, it } from 'vitest'
import type { NamedPolicy, Statement } from './document.ts'
import { explainAccess } from './explain-access.ts'
import type { AccessExplanation } from './explain-access.ts'

const policy = (...Statement: Statement[]): NamedPolicy => ({ name: 'p', document: { Version: '2012-10-17', Statement } })
const everything = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
const untilSix: Statement = { Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': '2026-11-22T18:00:00Z' } } }
const allow = (Action: string | string[], Resource: string | string[] = '*', rest: Partial<Statement> = {}) => policy({ Effect: 'Allow', Action, Resource, ...rest })
const codes = (explanation: AccessExplanation) => explanation.dangers.map(({ code }) => code)
const levelsOf = (explanation: AccessExplanation, service: string) => explanation.services.find((each) => each.service === service)?.levels ?? []

describe('explainAccess', () => {
  it('calls full access administration, and nothing less', async () => {
    expect(await explainAccess({ identity: [everything] })).toMatchObject({ isAdministrator: true, highestLevel: 'Permissions management' })
    expect((await explainAccess({ identity: [everything], session: [policy({ Effect: 'Allow', Action: '*', Resource: '*' }, untilSix)] })).isAdministrator).toBe(true)
    const power = await explainAccess({ identity: [policy({ Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' })] })
    expect(power.isAdministrator).toBe(false)
    expect(power.services.some(({ service }) => service === 'iam')).toBe(false)
    expect((await explainAccess({ identity: [allow('*', '*', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })] })).isAdministrator).toBe(false)
  })

  it('shows only what identity, boundary and session policies all allow', async () => {
    const explanation = await explainAccess({
      identity: [everything],
      boundary: allow(['s3:GetObject', 's3:PutObject', 'ec2:*']),
      session: [allow('s3:*', ['arn:aws:s3:::orders-prod', 'arn:aws:s3:::orders-prod/*'])],
    })
    expect(explanation.services).toHaveLength(1)
    expect(levelsOf(explanation, 's3')).toEqual([
      expect.objectContaining({ level: 'Read', actionCount: 1, exampleActions: ['s3:GetObject'], resources: ['arn:aws:s3:::orders-prod/*'], conditions: [] }),
      expect.objectContaining({ level: 'Write', actionCount: 1, exampleActions: ['s3:PutObject'], resources: ['arn:aws:s3:::orders-prod/*'] }),
    ])
    expect(explanation.sentences).toEqual(['Read and change objects in bucket orders-prod only, in Amazon S3.'])
  })

  it('keeps an action off resources it cannot have', async () => {
    const explanation = await explainAccess({ identity: [allow('*', 'arn:aws:s3:::orders/*')] })
    expect(explanation.services.map(({ service }) => service)).not.toContain('ec2')
    expect(levelsOf(explanation, 's3').flatMap(({ exampleActions }) => exampleActions)).not.toContain('s3:ListBucket')
    expect((await explainAccess({ identity: [allow('ec2:DescribeInstances', 'arn:aws:ec2:*:*:instance/*')] })).services).toEqual([])
  })

  it('subtracts an unconditional deny, and shows a partial or conditional one as an exception', async () => {
    const gets = (deny: Partial<Statement>) => explainAccess({ identity: [policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }, { Effect: 'Deny', Action: 's3:Get*', Resource: '*', ...deny })] })
    expect((await gets({})).services).toEqual([])
    expect(levelsOf(await gets({ Resource: 'arn:aws:s3:::audit/*' }), 's3')).toMatchObject([{ resources: 'all', conditions: ['Not on objects in bucket audit.'] }])
    expect(levelsOf(await gets({ Resource: undefined, NotResource: 'arn:aws:s3:::open/*' }), 's3')).toMatchObject([{ resources: ['arn:aws:s3:::open/*'] }])
    expect(levelsOf(await gets({ Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } } }), 's3')).toMatchObject([{ conditions: ['Refused when the region is not eu-west-1.'] }])
  })

  it('puts what refuses everything from a time on into limits, not beside every service', async () => {
    const explanation = await explainAccess({ identity: [everything], session: [policy({ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }, untilSix)] })
    expect(explanation.limits).toEqual(['Everything is refused when the time is 2026-11-22T18:00:00Z or later.'])
    expect(explanation.sentences).toEqual(['Do everything in Amazon SQS.'])
  })

  it('says conditions in plain words, each statement for itself', async () => {
    const explanation = await explainAccess({ identity: [policy(
      { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: 'arn:aws:dynamodb:eu-west-1:111111111111:table/orders', Condition: { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-west-2'] }, Bool: { 'aws:MultiFactorAuthPresent': 'true' } } },
      { Effect: 'Allow', Action: 'dynamodb:ListTables', Resource: '*' },
    )] })
    expect(explanation.sentences).toEqual([
      'List some things in Amazon DynamoDB.',
      'Read table orders in eu-west-1 only, in Amazon DynamoDB. Only when the region is eu-west-1 or eu-west-2 and a second factor was used to sign in.',
    ])
  })

  it('does not let a narrower grant hide a wider one or stand beside it', async () => {
    const wide = await explainAccess({ identity: [allow('s3:GetObject', 'arn:aws:s3:::a/*', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }), allow('s3:GetObject')] })
    expect(levelsOf(wide, 's3')).toMatchObject([{ resources: 'all', conditions: [], actionCount: 1 }])
  })

  it('names action patterns that the reference does not know instead of dropping them', async () => {
    const explanation = await explainAccess({ identity: [allow(['s3:GetObject', 's3:FlyToMoon', 'newthing:*'])] })
    expect(explanation.unrecognised).toEqual(['newthing:*', 's3:FlyToMoon'])
  })

  it('is plain data, the same every time, whatever the order of the policies', async () => {
    const policies = [allow('ec2:*'), allow('s3:Get*', 'arn:aws:s3:::a/*'), allow(['iam:PassRole', 'lambda:*'])]
    const once = await explainAccess({ identity: policies })
    expect(JSON.parse(JSON.stringify(once))).toEqual(once)
    expect(await explainAccess({ identity: policies.toReversed() })).toEqual(once)
  })

  it('explains nothing where nothing is allowed', async () => {
    expect(await explainAccess({ identity: [everything], session: [] })).toEqual({ services: [], dangers: [], sentences: [], limits: [], highestLevel: null, isAdministrator: false, unrecognised: [] })
  })
})

describe('dangers', () => {
  it.each<[string, string[], string]>([
    ['escalation.edit-policies', ['iam:CreatePolicyVersion'], '*'],
    ['escalation.attach-policies', ['iam:AttachRolePolicy'], '*'],
    ['escalation.change-trust', ['iam:UpdateAssumeRolePolicy'], '*'],
    ['escalation.lasting-credentials', ['iam:CreateAccessKey'], 'arn:aws:iam::*:user/ci'],
    ['escalation.pass-role', ['iam:PassRole', 'lambda:CreateFunction'], '*'],
    ['escalation.remove-boundary', ['iam:DeleteRolePermissionsBoundary'], '*'],
    ['escalation.take-over-code', ['lambda:UpdateFunctionCode'], '*'],
    ['onward.any-role', ['sts:AssumeRole'], 'arn:aws:iam::*:role/*'],
    ['logs.tampering', ['cloudtrail:StopLogging'], '*'],
    ['secrets.reading', ['secretsmanager:GetSecretValue'], '*'],
    ['secrets.decrypting', ['kms:Decrypt'], '*'],
    ['data.read-all-objects', ['s3:GetObject'], 'arn:aws:s3:::*'],
    ['data.share-copies', ['ec2:ModifySnapshotAttribute'], '*'],
    ['data.destruction', ['rds:DeleteDBInstance'], '*'],
  ])('sees %s in %s', async (code, actions, resource) => {
    expect(codes(await explainAccess({ identity: [allow(actions, resource)] }))).toEqual([code])
  })

  it.each([
    ['passing a role that nothing can be started with', allow('iam:PassRole')],
    ['going on to one named role', allow('sts:AssumeRole', 'arn:aws:iam::111111111111:role/x')],
    ['reading one bucket', allow('s3:GetObject', 'arn:aws:s3:::orders/*')],
    ['listing and describing', allow(['iam:List*', 'ec2:Describe*', 'cloudtrail:LookupEvents'])],
  ])('sees none in %s', async (_, given) => {
    expect(codes(await explainAccess({ identity: [given] }))).toEqual([])
  })

  it('does not count what another layer takes away', async () => {
    const identity = [allow(['iam:CreateAccessKey', 'sts:AssumeRole', 's3:ListBucket'])]
    const session = [policy({ Effect: 'Allow', Action: '*', Resource: '*' }, { Effect: 'Deny', Action: 'iam:*', Resource: '*' }, { Effect: 'Deny', Action: 'sts:AssumeRole', NotResource: 'arn:aws:iam::111111111111:role/next' })]
    expect(codes(await explainAccess({ identity }))).toEqual(['escalation.lasting-credentials', 'onward.any-role'])
    expect(codes(await explainAccess({ identity, session }))).toEqual([])
  })

  it('marks the rows that hold dangerous actions and shows those actions first', async () => {
    const [write] = levelsOf(await explainAccess({ identity: [allow(['iam:Create*'])] }), 'iam').filter(({ level }) => level === 'Write')
    expect(write).toMatchObject({ dangerous: true })
    expect(write?.exampleActions).toContain('iam:CreateAccessKey')
    expect(levelsOf(await explainAccess({ identity: [allow('iam:List*')] }), 'iam').every(({ dangerous }) => !dangerous)).toBe(true)
  })
})
