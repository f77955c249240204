import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluateAccess } from '#lib/iam/evaluate.ts'
import { loadKnownActions } from '#lib/iam/known-actions.ts'
import { wouldDeny } from './judge-scope.ts'
import { hasRoom } from './lease-room.ts'
import { type LearnInput, learnScope, type LearnedScope, type Use } from './learn-scope.ts'
import type { ScopeStatement } from './scope-statements.ts'
import { passingCalls, unseenKinds } from './unseen.ts'

const known = await loadKnownActions()
const used = (eventSource: string, eventName: string, target: Partial<Use['target']> = {}): Use => ({
  eventSource: `${eventSource}.amazonaws.com`,
  eventName,
  target: { region: 'eu-central-1', accountId: '301122334455', arns: [], parameters: {}, ...target },
  count: 1,
  lastAt: new Date('2026-11-20T10:00:00Z'),
})
const fits = (scope: readonly ScopeStatement[]): boolean => hasRoom(scope, { onwardRoles: [] }, '/latchkey/')
const everyKind = unseenKinds.flatMap(({ dataEvents }) => dataEvents ?? [])
const learn = (uses: Use[], change: Partial<LearnInput> = {}): LearnedScope | null => learnScope({ uses, profile: [], always: [], dataEvents: everyKind, fits, ...change }, known)
const ec2: ScopeStatement = { actions: ['ec2:*'], resources: ['*'] }

describe('the scope of what was used', () => {
  it('names the actions, and the resources where the events do', () => {
    const uses = [used('ec2', 'DescribeInstances'), used('ec2', 'StopInstances'), used('secretsmanager', 'GetSecretValue', { parameters: { secretId: 'payments/db' } }), used('sts', 'GetCallerIdentity')]
    const profile = [ec2, { actions: ['secretsmanager:Get*'], resources: ['arn:aws:secretsmanager:*:*:secret:payments/*'] }]
    expect(learn(uses, { profile })).toMatchObject({
      scope: [
        { actions: ['ec2:DescribeInstances', 'ec2:StopInstances'], resources: ['*'] },
        { actions: ['secretsmanager:GetSecretValue'], resources: ['arn:aws:secretsmanager:eu-central-1:301122334455:secret:payments/db-??????'] },
      ],
      services: [{ service: 'ec2', name: 'Amazon EC2', calls: 2 }, { service: 'secretsmanager', calls: 1 }],
      kept: [],
      unmapped: [],
      beyond: [],
      steps: [],
    })
  })

  it('keeps, within the profile, what the source cannot see, and says so', () => {
    const profile = [ec2, { actions: ['s3:Get*', 's3:PutObject'], resources: ['arn:aws:s3:::exports/*'] }]
    const learned = learn([used('ec2', 'DescribeInstances')], { profile, dataEvents: [] })
    expect(learned?.scope).toEqual([
      { actions: ['ec2:DescribeInstances'], resources: ['*'] },
      { actions: ['s3:GetObject*', 's3:PutObject'], resources: ['arn:aws:s3:::exports/*'] },
    ])
    expect(learned?.kept).toEqual([{ what: 'reading and writing objects in S3', patterns: ['s3:GetObject*', 's3:PutObject'] }])
    expect(learn([used('ec2', 'DescribeInstances')], { profile })?.scope).toHaveLength(1)
  })

  it('keeps handing on a role where a call may have needed it, because that leaves no event', () => {
    expect(learn([used('ec2', 'RunInstances')], { profile: [{ actions: ['ec2:*', 'iam:PassRole'], resources: ['*'] }] })?.scope[0]?.actions).toEqual(['ec2:RunInstances', 'iam:PassRole'])
    expect(learn([used('ec2', 'StopInstances')], { profile: [{ actions: ['ec2:*', 'iam:PassRole'], resources: ['*'] }] })?.scope[0]?.actions).toEqual(['ec2:StopInstances'])
  })

  it("keeps what has to work whatever was used, the profile's harmless call", () => {
    expect(learn([used('ec2', 'StopInstances')], { profile: [ec2], always: ['ec2:DescribeRegions'] })?.scope[0]?.actions).toEqual(['ec2:DescribeRegions', 'ec2:StopInstances'])
  })

  it('says what has no action, and what something else than the profile allowed', () => {
    const learned = learn([used('ec2', 'StopInstances'), used('s3', 'GetStorageLensDashboardDataInternal'), used('sns', 'Subscribe')], { profile: [ec2] })
    expect(learned).toMatchObject({ unmapped: [{ eventName: 'GetStorageLensDashboardDataInternal', count: 1 }], beyond: ['sns:Subscribe'] })
  })

  it('is nothing where nothing was used, or where all of the profile was', () => {
    expect(learn([])).toBeNull()
    expect(learn([used('sts', 'GetCallerIdentity')])).toBeNull()
    expect(learn([used('ec2', 'StopInstances')], { profile: [{ actions: ['ec2:StopInstances'], resources: ['*'] }] })).toBeNull()
    // An empty scope would allow everything.
    expect(learn([used('ec2', 'StopInstances')], { profile: [{ actions: ['sns:*'], resources: ['*'] }] })).toBeNull()
  })
})

describe('a scope that is too long', () => {
  const names = (prefix: string): string[] => [...known.actions.values()].flatMap(({ action }) => (action.startsWith(prefix) ? [action.slice(action.indexOf(':') + 1)] : []))
  const many = names('ec2:Describe').map((name) => used('ec2', name))

  it('takes the calls of one kind together, and says so', () => {
    const learned = learn([...many, used('ec2', 'StopInstances')], { profile: [ec2] })
    expect(learned?.scope).toEqual([{ actions: ['ec2:Describe*', 'ec2:StopInstances'], resources: ['*'] }])
    expect(learned?.steps).toEqual([expect.stringMatching(/^ec2:Describe\* stands for \d+ entries, ec2:Describe/)])
  })

  it('names resources no longer one by one before it widens actions', () => {
    const tables = Array.from({ length: 40 }, (_, index) => used('dynamodb', 'DescribeTable', { parameters: { tableName: `orders-of-the-year-${index}` } }))
    const learned = learn(tables, { profile: [{ actions: ['dynamodb:*'], resources: ['*'] }] })
    expect(learned).toMatchObject({ scope: [{ actions: ['dynamodb:DescribeTable'], resources: ['*'] }], steps: ['The 40 resources used with dynamodb are not named one by one.'] })
  })

  it('takes a service whole at last', () => {
    const learned = learn(names('iam:').map((name) => used('iam', name)), { profile: [{ actions: ['iam:*', 'ec2:*'], resources: ['*'] }], fits: (scope) => JSON.stringify(scope).length < 60 })
    expect(learned?.scope).toEqual([{ actions: ['iam:*'], resources: ['*'] }])
  })

  it('is given up where only the whole profile would have room', () => {
    expect(learn(many, { profile: [ec2, { actions: ['s3:*'], resources: ['*'] }], fits: () => false })).toBeNull()
  })
})

it('names only actions that AWS lists as unseen or as handing on a role', () => {
  expect([...passingCalls].filter((action) => !known.actions.has(action))).toEqual([])
})

describe('of any use of any profile', () => {
  const s3Targets = [{}, { parameters: { bucketName: 'exports' } }, { arns: ['arn:aws:s3:::exports', 'arn:aws:s3:::exports/2026/may.csv'] }, { arns: ['arn:aws:s3:::other/may.csv'] }]
  const target = fc.constantFrom<Partial<Use['target']>>(...s3Targets, { parameters: { secretId: 'payments/db' } }, { parameters: { functionName: 'resize' } })
  const calls = [['ec2', 'DescribeInstances'], ['ec2', 'StopInstances'], ['ec2', 'RunInstances'], ['s3', 'ListBuckets'], ['s3', 'GetObject'], ['s3', 'CopyObject'], ['s3', 'GetBucketPolicy'], ['secretsmanager', 'GetSecretValue'], ['lambda', 'GetFunction20150331v2'], ['iam', 'ListRoles'], ['made-up', 'Call']] as const
  const uses = fc.array(fc.tuple(fc.constantFrom(...calls), target).map(([[source, name], on]) => used(source, name, on)), { minLength: 1, maxLength: 8 })
  const actions = fc.uniqueArray(fc.constantFrom('*', 'ec2:*', 'ec2:Describe*', 'ec2:StopInstances', 's3:*', 's3:Get*', 's3:GetObj?ct', 's3:ListAllMyBuckets', 'secretsmanager:*', 'lambda:Get*', 'iam:*'), { minLength: 1, maxLength: 4 })
  const resources = fc.uniqueArray(fc.constantFrom('*', 'arn:aws:s3:::exports', 'arn:aws:s3:::exports/2026/*', 'arn:aws:s3:::*', 'arn:aws:secretsmanager:*:*:secret:payments/*', 'arn:aws:lambda:*:*:function:res*'), { minLength: 1, maxLength: 3 })
  const profile = fc.array(fc.record({ actions, resources }), { maxLength: 4 })
  const dataEvents = fc.constantFrom([], everyKind)
  const room = fc.integer({ min: 60, max: 1_500 })

  it('what was used and the profile allows stays allowed, and nothing is wider than the profile', () => {
    fc.assert(
      fc.property(uses, profile, dataEvents, room, (use, scopes, seen, most) => {
        const learned = learn(use, { profile: scopes, dataEvents: seen, fits: (scope) => fits(scope) && JSON.stringify(scope).length <= most })
        if (!learned) return
        expect(wouldDeny(use, scopes, learned.scope, known)).toEqual([])
        expect(learned.scope.length).toBeLessThanOrEqual(4)
        expect(fits(learned.scope)).toBe(true)
        const [narrow, wide] = [allowing(learned.scope), allowing(scopes)]
        expect(probes(learned.scope).filter(([action, resource]) => narrow(action, resource) && !wide(action, resource))).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  const probed = ['ec2:DescribeVpcs', 'ec2:StopInstances', 'ec2:TerminateInstances', 's3:GetObject', 's3:GetObjectAcl', 's3:GetBucketPolicy', 's3:PutObject', 's3:ListAllMyBuckets', 'secretsmanager:GetSecretValue', 'secretsmanager:DeleteSecret', 'lambda:GetFunction', 'lambda:InvokeFunction', 'iam:PassRole', 'iam:ListRoles', 'sqs:SendMessage']
  const places = ['*', 'arn:aws:s3:::exports', 'arn:aws:s3:::exports/2026/x', 'arn:aws:s3:::exports/x', 'arn:aws:s3:::other/x', 'arn:aws:secretsmanager:eu-central-1:301122334455:secret:payments/db-abcdef', 'arn:aws:secretsmanager:eu-central-1:301122334455:secret:other', 'arn:aws:lambda:eu-central-1:301122334455:function:resize']
  const probes = (scope: readonly ScopeStatement[]): [string, string][] => [...probed, ...scope.flatMap((each) => each.actions.filter((action) => !/[*?]/.test(action)))].flatMap((action) => places.map((place): [string, string] => [action, place]))
  const principal = { kind: 'assumed-role' as const, arn: 'arn:aws:sts::301122334455:assumed-role/r/s', accountId: '301122334455', roleArn: 'arn:aws:iam::301122334455:role/r', userId: 'AROA:s' }
  const allowing = (scope: readonly ScopeStatement[]): ((action: string, resource: string) => boolean) => {
    const Statement = (scope.length > 0 ? scope : [{ actions: ['*'], resources: ['*'] }]).map((each) => ({ Effect: 'Allow' as const, Action: each.actions, Resource: each.resources }))
    const identity = [{ name: 'scope', document: { Version: '2012-10-17' as const, Statement } }]
    return (action, resource) => evaluateAccess({ principal, action, resource, resourceAccountId: '301122334455', context: {} }, { identity }).decision === 'allowed'
  }
})

describe('what a smaller scope would have denied', () => {
  it('is what worked with the profile and needs more than the scope', () => {
    const uses = [used('ec2', 'DescribeInstances'), used('ec2', 'StopInstances'), used('s3', 'ListBuckets'), used('sts', 'GetCallerIdentity')]
    expect(wouldDeny(uses, [ec2], [{ actions: ['ec2:Describe*'], resources: ['*'] }], known)).toEqual([{ action: 'ec2:StopInstances', resource: '*', eventName: 'StopInstances', eventSource: 'ec2.amazonaws.com', count: 1, lastAt: new Date('2026-11-20T10:00:00Z') }])
  })

  it('is told by the resource where the event names it', () => {
    const secret = (name: string): Use => used('secretsmanager', 'GetSecretValue', { parameters: { secretId: name } })
    const scope = [{ actions: ['secretsmanager:GetSecretValue'], resources: ['arn:aws:secretsmanager:*:*:secret:payments/*'] }]
    expect(wouldDeny([secret('payments/db'), secret('orders/db')], [], scope, known).map(({ resource }) => resource)).toEqual(['arn:aws:secretsmanager:eu-central-1:301122334455:secret:orders/db-??????'])
  })
})
