import { describe, expect, it } from 'vitest'
import { loadKnownActions } from '#lib/iam/known-actions.ts'
import type { Detector, GrantEvent, FindingDraft, GrantFacts } from './detector.ts'
import { tally } from './detector.ts'
import { deniedBurst } from './detectors/denied-burst.ts'
import { otherNetwork } from './detectors/other-network.ts'
import { outlivingWrites } from './detectors/outliving-writes.ts'
import { outsideScope } from './detectors/outside-scope.ts'
import { roleChaining } from './detectors/role-chaining.ts'
import { severalNetworks } from './detectors/several-networks.ts'
import { useAfterEnd } from './detectors/use-after-end.ts'
import { detectorName, detectors } from './detectors.ts'
import { digestDetector } from './digests/draft-of-problem.ts'
import { emergencyDetector } from './emergency/emergency-use.ts'
import { leftBehind, takenBackSince } from './left-behind.ts'
import { undoingNames } from './outliving-calls.ts'
import { networksTakenFrom, sourceNetwork } from './source-network.ts'
import { outsideRecordRule } from './watch/outside-record.ts'

let made = 0
const at = (clock: string): Date => new Date(`2026-11-22T${clock.length === 5 ? `${clock}:00` : clock}Z`)
const event = (clock: string, change: Partial<GrantEvent> = {}): GrantEvent => ({
  accountId: '301122334455',
  eventId: `event-${(made += 1)}`,
  eventTime: at(clock),
  eventSource: 'ec2.amazonaws.com',
  eventName: 'DescribeInstances',
  sourceIp: '203.0.113.10',
  errorCode: null,
  readOnly: true,
  sessionId: 's-1',
  ...change,
})
const iam = (clock: string, eventName: string, requestParameters: object, responseElements: object | null = null): GrantEvent =>
  event(clock, { eventSource: 'iam.amazonaws.com', eventName, readOnly: false, body: { requestParameters, responseElements } })
const grant = (change: Partial<GrantFacts> = {}): GrantFacts => ({ person: 'Maya Chen', account: 'payments-prod', accountId: '301122334455', endsAt: at('11:00'), endReason: null, credentialsDeadAt: null, scope: null, roleArn: 'arn:aws:iam::301122334455:role/latchkey/read', onwardRoles: [], takenFrom: null, sessionRoles: new Map(), ...change })
const detect = (detector: Detector, events: GrantEvent[], facts = grant(), known: string[] = []): FindingDraft[] => detector.detect({ events, grant: facts, known: new Set(known) })

describe('use after the end', () => {
  const denied = { errorCode: 'AccessDenied' }
  const revoked = grant({ endsAt: new Date('2026-11-22T11:00:00.400Z'), endReason: 'revoked', credentialsDeadAt: at('11:30') })
  it.each([
    ['nothing before the end', [event('10:59:59')], grant(), []],
    ['a refused call in the second of the end', [event('11:00', denied)], grant(), ['medium']],
    ['a refused call in the second of an expiry that is no whole second', [event('11:00', denied)], grant({ endsAt: new Date('2026-11-22T11:00:00.400Z'), endReason: 'expired' }), ['medium']],
    ['nothing in the second of a revocation, which may be just before it', [event('11:00')], revoked, []],
    ['a call that worked after a revocation while credentials live', [event('11:00:01')], revoked, ['high']],
    ['a call that worked when they should be dead', [event('11:30')], revoked, ['critical']],
    ['a call that worked after expiry', [event('11:00:01')], grant({ endReason: 'expired', credentialsDeadAt: at('11:00') }), ['critical']],
    ['GetCallerIdentity, which no denial stops', [event('11:05', { eventName: 'GetCallerIdentity' })], grant({ endReason: 'expired' }), ['medium']],
    ['nothing of a grant without an end', [event('23:59')], grant({ endsAt: null }), []],
  ])('finds %s', (_, events, facts, severities) => expect(detect(useAfterEnd, events, facts).map((draft) => draft.severity)).toEqual(severities))

  it('names person, account, calls and times', () => {
    const [draft] = detect(useAfterEnd, [event('10:00'), event('11:05', denied), event('11:06', { ...denied, eventName: 'StopInstances' }), event('11:07', denied)], grant({ endReason: 'expired' }))
    expect(draft?.summary).toBe("Maya Chen's session in payments-prod made 3 calls after the grant ended at 2026-11-22 11:00 UTC, the first at 2026-11-22 11:05 UTC: DescribeInstances (2), StopInstances; all of them were refused.")
    expect(draft?.events).toHaveLength(3)
  })
})

describe('several networks', () => {
  const from = (clock: string, sourceIp: string | null, sessionId = 's-1') => event(clock, { sourceIp, sessionId })
  it.each([
    ['one address', [from('10:00', '203.0.113.10'), from('10:01', '203.0.113.10')], []],
    ['one /24', [from('10:00', '203.0.113.10'), from('10:01', '203.0.113.250')], []],
    ['two networks', [from('10:00', '203.0.113.10'), from('10:01', '198.51.100.7')], ['medium']],
    ['two networks in two sessions', [from('10:00', '203.0.113.10'), from('10:01', '198.51.100.7', 's-2')], []],
    ['three networks', [from('10:00', '203.0.113.10'), from('10:01', '198.51.100.7'), from('10:02', '192.0.2.1')], ['high']],
    ['IPv4 and IPv6, which may be one connection', [from('10:00', '203.0.113.10'), from('10:01', '2001:db8:1::1')], ['low']],
    ['two IPv6 networks', [from('10:00', '2001:db8:2::1'), from('10:01', '2001:db8:1::1')], ['medium']],
    ['one /48', [from('10:00', '2001:db8:1:1::1'), from('10:01', '2001:db8:1:2::1')], []],
    ['services of AWS', [from('10:00', '203.0.113.10'), from('10:01', 'cloudformation.amazonaws.com'), from('10:02', 'AWS Internal'), from('10:03', null)], []],
    ['IPv4 written as IPv6', [from('10:00', '203.0.113.10'), from('10:01', '::ffff:203.0.113.11')], []],
  ])('of %s: %s', (_, events, severities) => expect(detect(severalNetworks, events).map((draft) => draft.severity)).toEqual(severities))

  it('a network that was closed does not count again, a new one beside it does', () => {
    const [draft] = detect(severalNetworks, [from('10:00', '203.0.113.10'), from('10:01', '198.51.100.7')])
    const known = [...(draft?.facts ?? [])]
    const again = [from('10:10', '198.51.100.7'), from('10:11', '203.0.113.10')]
    expect(detect(severalNetworks, again, grant(), known)).toEqual([])
    expect(detect(severalNetworks, [...again, from('10:12', '192.0.2.1')], grant(), known)).toMatchObject([{ title: 'One session from 3 networks', summary: expect.stringContaining('came from 192.0.2.0/24') }])
  })
})

describe('two networks at once', () => {
  const [office, home, v6] = ['203.0.113.10', '198.51.100.7', '2001:db8:1::1']
  const from = (clock: string, sourceIp: string, sessionId = 's-1') => event(clock, { sourceIp, sessionId })
  it.each([
    ['away and back within ten minutes', [from('10:00', office), from('10:04', home), from('10:10', office)], ['high']],
    ['away and back a second later than that', [from('10:00', office), from('10:04', home), from('10:10:01', office)], ['medium']],
    ['the time counts from the last call before', [from('10:00', office), from('10:05', office), from('10:06', home), from('10:15', office)], ['high']],
    ['moving on, and working on there', [from('10:00', office), from('10:04', home), from('10:05', home)], ['medium']],
    ['two sessions, each at its own', [from('10:00', office), from('10:01', home, 's-2'), from('10:02', office)], []],
    ['IPv4 and IPv6 by turns, which may be one connection', [from('10:00', office), from('10:01', v6), from('10:02', office)], ['low']],
    ['a service of AWS between', [from('10:00', office), from('10:01', 'cloudformation.amazonaws.com'), from('10:02', office)], []],
    ['moving on within one second, whose calls are in no order', [from('10:00', office), from('10:04', home), from('10:04', office)], ['medium']],
    ['arriving within one second', [from('10:00', office), from('10:00', home), from('10:01', office)], ['medium']],
    ['calls of one second beside it do not hide it', [from('10:00', office), from('10:00:01', home), from('10:00:01', office), from('10:00:02', office)], ['high']],
    ['among many networks', [from('10:00', office), from('10:01', '192.0.2.1'), from('10:02', home), from('10:03', '192.0.2.1')], ['high']],
  ])('%s', (_, events, severities) => expect(detect(severalNetworks, events).map((draft) => draft.severity)).toEqual(severities))

  it('says when and where, also where it is known from where credentials were taken; two that were closed do not count again, a third does', () => {
    const events = [from('10:00', office), from('10:04', home), from('10:08:30', office)]
    const [draft] = detect(severalNetworks, events, grant({ takenFrom: networksTakenFrom([office]) }))
    expect(draft?.summary).toBe("Maya Chen's session in payments-prod was used from 203.0.113.0/24 at 10:00:00, from 198.51.100.0/24 at 10:04:00, and from 203.0.113.0/24 again at 10:08:30 on 2026-11-22 (UTC). Two places use the same credentials.")
    expect(detect(severalNetworks, events, grant(), [...(draft?.facts ?? [])])).toEqual([])
    expect(detect(severalNetworks, [...events, from('10:09', '192.0.2.1'), from('10:10', office)], grant(), [...(draft?.facts ?? [])])).toMatchObject([{ severity: 'high' }])
  })
})

describe('use from another network than it was taken from', () => {
  const [office, home] = ['203.0.113.10', '198.51.100.7']
  const taken = (...addresses: (string | null)[]) => grant({ takenFrom: networksTakenFrom(addresses) })
  const from = (clock: string, sourceIp: string, change: Partial<GrantEvent> = {}) => event(clock, { sourceIp, ...change })
  it.each([
    ['its own network', [from('10:00', '203.0.113.99')], taken(office), []],
    ['another one', [from('10:00', home)], taken(office), ['medium']],
    ['another one, to change something', [from('10:00', home, { readOnly: false })], taken(office), ['high']],
    ['another one, where a change was denied', [from('10:00', home, { readOnly: false, errorCode: 'AccessDenied' })], taken(office), ['medium']],
    ['IPv6, taken at IPv4', [from('10:00', '2001:db8::1', { readOnly: false })], taken(office), ['low']],
    ['any of the networks it was taken from', [from('10:00', office), from('10:01', home)], taken(office, home), []],
    ['a service of AWS', [from('10:00', 'AWS Internal')], taken(office), []],
    ['anywhere, taken at an address inside a private network', [from('10:00', home)], taken('10.1.2.3'), []],
    ['anywhere, where of one taking it is not known', [from('10:00', home)], taken(office, null), []],
    ['anywhere, when nobody took it', [from('10:00', home)], taken(), []],
    ['two networks at once, which is told as that', [from('10:00', office), from('10:01', home), from('10:02', office)], taken(office), []],
  ])('from %s', (_, events, facts, severities) => expect(detect(otherNetwork, events, facts).map((draft) => draft.severity)).toEqual(severities))

  it('moving on is told once, by it where it is known from where it was taken, and a network that was closed is settled', () => {
    const events = [from('10:00', office), from('10:01', home)]
    expect(detect(severalNetworks, events, taken(office))).toEqual([])
    const [draft] = detect(otherNetwork, events, taken(office))
    expect(draft).toMatchObject({ title: 'Used from another network than it was taken from', summary: 'Maya Chen took credentials for payments-prod at 203.0.113.0/24; they were used from 198.51.100.0/24 in 1 call, the first at 2026-11-22 10:01 UTC: DescribeInstances.' })
    expect(detect(otherNetwork, events, taken(office), [...(draft?.facts ?? [])])).toEqual([])
  })

  it('a third network beside two at once is told once, also when the two were closed', () => {
    const events = [from('10:00', office), from('10:04', home), from('10:08', office), from('12:00', '192.0.2.1')]
    const atOnce = detect(severalNetworks, events, taken(office))
    expect(atOnce.map(({ items }) => items.map(({ value }) => value))).toEqual([['203.0.113.0/24', '198.51.100.0/24']])
    expect(detect(severalNetworks, [events[3]!], taken(office), [...(atOnce[0]?.facts ?? [])])).toEqual([])
    expect(detect(otherNetwork, events, taken(office))).toMatchObject([{ severity: 'medium', events: [{}], items: [{}, { value: '192.0.2.0/24' }] }])
    expect(detect(severalNetworks, events)[0]?.items).toHaveLength(3)
    expect(detect(otherNetwork, events)).toEqual([])
  })

  it.each(['10.0.0.1', '172.31.255.1', '192.168.1.1', '100.64.0.1', '169.254.1.1', '127.0.0.1', '::1', 'fd00::1', 'fe80::1', '::ffff:10.0.0.1', 'unknown'])('%s says nothing about what AWS sees', (address) => expect(networksTakenFrom([address])).toBeNull())
  it.each(['9.255.255.255', '172.32.0.1', '100.128.0.1', '2001:db8::1'])('%s does', (address) => expect(networksTakenFrom([address])).toHaveLength(1))
})

describe('another role taken on', () => {
  const own = 'arn:aws:iam::301122334455:role/latchkey/read'
  const [near, far] = ['arn:aws:iam::301122334455:role/deploy', 'arn:aws:iam::999999999999:role/deploy']
  const assume = (clock: string, roleArn: string, change: Partial<GrantEvent> = {}) => event(clock, { eventSource: 'sts.amazonaws.com', eventName: 'AssumeRole', body: { requestParameters: { roleArn } }, ...change })
  const facts = grant({ roleArn: own, sessionRoles: new Map([['s-1', own], ['s-2', near]]) })
  it.each([
    ['in the same account', [assume('10:00', near)], facts, ['medium']],
    ['in another account', [assume('10:00', far)], facts, ['high']],
    ['twice', [assume('10:00', near), assume('10:01', near)], facts, ['medium']],
    ['two of them', [assume('10:00', near), assume('10:01', far)], facts, ['medium', 'high']],
    ['in vain', [assume('10:00', near, { errorCode: 'AccessDenied' })], facts, []],
    ['its own role again', [assume('10:00', own)], facts, []],
    ['one that the profile names', [assume('10:00', far)], { ...facts, onwardRoles: [far] }, []],
    ['another call of STS', [assume('10:00', near, { eventName: 'AssumeRoleWithSAML' })], facts, []],
  ])('%s', (_, events, given, severities) => expect(detect(roleChaining, events, given).map((draft) => draft.severity)).toEqual(severities))

  it('says what was done in it, as far as that is known', () => {
    expect(detect(roleChaining, [assume('10:00', near), event('10:01', { sessionId: 's-2' }), event('10:02')], facts)).toMatchObject([
      { title: 'Another role taken on: deploy', summary: `With credentials for payments-prod, Maya Chen took on ${near} at 2026-11-22 10:00 UTC. 1 call in it is known.`, events: [{}, {}] },
    ])
    expect(detect(roleChaining, [assume('10:00', far)], facts)[0]?.summary).toContain('What was done in it is not known here.')
  })
})

describe('use outside the scope', async () => {
  const known = await loadKnownActions()
  const scoped = (...actions: string[]): GrantFacts => grant({ scope: { statements: [{ actions, resources: ['*'] }], known } })
  const read = (eventName: string, change: Partial<GrantEvent> = {}) => event('10:00', { eventName, ...change })
  const write = (eventName: string, change: Partial<GrantEvent> = {}) => read(eventName, { readOnly: false, ...change })
  const denied = { errorCode: 'Client.UnauthorizedOperation' }
  it.each([
    ['what the scope names', [read('DescribeInstances'), write('StopInstances')], ['ec2:*'], []],
    ['an event by the action it needs', [read('ListBuckets', { eventSource: 's3.amazonaws.com' })], ['s3:ListAllMyBuckets'], []],
    ['a change that worked', [read('DescribeInstances'), write('StopInstances')], ['ec2:Describe*'], ['high']],
    ['a read that worked', [read('DescribeInstances')], ['s3:*'], ['medium']],
    ['a change that was denied, in a service that the scope does not name', [write('StopInstances', denied)], ['s3:*'], ['low']],
    ['a change that was denied, in a service of the scope', [write('StopInstances', denied)], ['ec2:Describe*'], []],
    ['one of several actions that is missing', [write('CopyObject', { eventSource: 's3.amazonaws.com' })], ['s3:PutObject'], ['high']],
    ['a read that was denied, as the console makes many', [read('DescribeInstances', denied)], ['s3:*'], []],
    ['what failed for another reason', [write('StopInstances', { errorCode: 'InvalidInstanceID.NotFound' })], ['s3:*'], []],
    ['what needs no permission, or what nobody knows', [read('GetCallerIdentity', { eventSource: 'sts.amazonaws.com' }), write('NoSuchCall')], ['s3:*'], []],
  ])('of %s', (_, events, actions, severities) => expect(detect(outsideScope, events, scoped(...actions)).map(({ severity }) => severity)).toEqual(severities))

  it('finds nothing in a grant that allows all that its role does', () => expect(detect(outsideScope, [write('StopInstances')])).toEqual([]))

  it('says what was done, beside what the scope names', () => {
    expect(detect(outsideScope, [write('StopInstances'), write('StopInstances', denied), read('ListRoles', { eventSource: 'iam.amazonaws.com' })], scoped('iam:List*'))).toMatchObject([
      { title: '1 call outside the scope worked', summary: "Maya Chen's session in payments-prod made 2 calls that the scope of the grant does not name, the first at 2026-11-22 10:00 UTC: StopInstances (2); 1 worked.", items: [{ label: 'Scope', value: 'iam:List*' }, { value: '1' }, { value: '1' }] },
    ])
  })
})

describe('the network of an address', () => {
  it.each([
    ['203.0.113.10', '203.0.113.0/24'],
    ['2001:db8:1:2::9', '2001:db8:1::/48'],
    ['::ffff:203.0.113.10', '203.0.113.0/24'],
    ['ec2.amazonaws.com', undefined],
    ['AWS Internal', undefined],
    ['203.0.113.0/8', undefined],
    ['999.1.1.1', undefined],
    ['', undefined],
    [null, undefined],
  ])('%s is %s', (address, network) => expect(sourceNetwork(address)?.name).toBe(network))
})

describe('a burst of denials', () => {
  const denied = (clock: string, eventName = 'DescribeInstances', readOnly = true) => event(clock, { errorCode: 'Client.UnauthorizedOperation', eventName, readOnly })
  const minute = (count: number, from = 0) => Array.from({ length: count }, (_, index) => denied(`10:${String(from + index).padStart(2, '0')}`))
  it.each([
    ['four', minute(4), []],
    ['five within five minutes', minute(5), [5]],
    ['five within a second more than five minutes', [...minute(4), denied('10:05:01')], []],
    ['five within exactly five minutes', [...minute(4), denied('10:05')], [5]],
    ['two bursts, without what lies alone between them', [...minute(5), denied('10:30'), ...minute(5, 50)], [10]],
    ['other errors', Array.from({ length: 9 }, () => event('10:00', { errorCode: 'ThrottlingException' })), []],
  ])('%s', (_, events, counts) => expect(detect(deniedBurst, events).map((draft) => draft.events.length)).toEqual(counts))

  it('weighs more when many different changes were tried', () => {
    const tried = ['StopInstances', 'CreateUser', 'PutObject', 'DeleteTrail', 'CreateKeyPair'].map((name) => denied('10:00', name, false))
    expect(detect(deniedBurst, tried)).toMatchObject([{ severity: 'high', summary: expect.stringMatching(/^Maya Chen was denied 5 calls in payments-prod at 2026-11-22 10:00 UTC: /) }])
    expect(detect(deniedBurst, minute(5))).toMatchObject([{ severity: 'medium', summary: expect.stringContaining('between 2026-11-22 10:00 UTC and 2026-11-22 10:04 UTC') }])
  })
})

describe('changes that outlive the grant', () => {
  const user = { userName: 'backdoor' }
  const key = iam('10:01', 'CreateAccessKey', user, { accessKey: { userName: 'backdoor', accessKeyId: 'AKIAEXAMPLE' } })
  it('are one finding for each thing, with everything done to it', () => {
    const drafts = detect(outlivingWrites, [iam('10:00', 'CreateUser', user), key, iam('10:02', 'AttachUserPolicy', { ...user, policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }), iam('10:03', 'UpdateAssumeRolePolicy', { roleName: 'deploy' })])
    expect(drafts.map((draft) => [draft.subject, draft.severity, draft.events.length])).toEqual([
      ['IAM user backdoor', 'high', 3],
      ['IAM role deploy', 'high', 1],
    ])
    expect(drafts[0]?.summary).toBe('Maya Chen changed payments-prod at 2026-11-22 10:00 UTC in a way that stays when the access ends: IAM user backdoor created, then was given an access key (AKIAEXAMPLE), then was given a policy (arn:aws:iam::aws:policy/AdministratorAccess).')
  })

  it.each([
    ['a refused call', [{ ...iam('10:00', 'CreateUser', user), errorCode: 'AccessDenied' }]],
    ['reading', [iam('10:00', 'GetUser', user)]],
    ['the same name of another service', [{ ...iam('10:00', 'CreateUser', user), eventSource: 'elasticache.amazonaws.com' }]],
    ['what was taken back', [iam('10:00', 'CreateUser', user), key, iam('10:05', 'DeleteAccessKey', { ...user, accessKeyId: 'AKIAEXAMPLE' }), iam('10:06', 'DeleteUser', user)]],
    ['what went with its user', [iam('10:00', 'CreateUser', user), iam('10:01', 'CreateLoginProfile', user), iam('10:06', 'DeleteUser', user)]],
  ])('are not %s', (_, events) => expect(detect(outlivingWrites, events)).toEqual([]))

  it('are found though another thing, or another key, was taken back', () => {
    expect(detect(outlivingWrites, [iam('10:00', 'CreateUser', user), iam('10:06', 'DeleteUser', { userName: 'somebody' })])).toHaveLength(1)
    expect(detect(outlivingWrites, [key, iam('10:05', 'DeleteAccessKey', { ...user, accessKeyId: 'AKIAOTHER' })])).toHaveLength(1)
    expect(detect(outlivingWrites, [iam('10:00', 'CreateUser', user), iam('10:06', 'DeleteUser', user), iam('10:07', 'CreateUser', user)])).toHaveLength(1)
    expect(detect(outlivingWrites, [iam('10:00', 'CreateUser', user), iam('10:00', 'DeleteUser', user)])).toHaveLength(1)
  })

  it('belong to their account: of another one, where a role was taken on, they are another thing', () => {
    const there = (made: GrantEvent): GrantEvent => ({ ...made, accountId: '999999999999' })
    expect(detect(outlivingWrites, [iam('10:00', 'CreateUser', user), there(iam('10:05', 'DeleteUser', user))])).toMatchObject([{ subject: 'IAM user backdoor' }])
    expect(detect(outlivingWrites, [there(iam('10:00', 'CreateUser', user)), iam('10:05', 'CreateUser', user)])).toMatchObject([
      { title: 'Left behind: IAM user backdoor in account 999999999999', summary: expect.stringContaining('Maya Chen changed account 999999999999, from payments-prod, at') },
      { title: 'Left behind: IAM user backdoor', summary: expect.stringContaining('Maya Chen changed payments-prod at') },
    ])
  })

  const attach = iam('10:02', 'AttachUserPolicy', { ...user, policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' })
  const detach = { ...user, policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }
  it.each([
    ['all of it with its user', [iam('12:00', 'DeleteUser', user)], ['DeleteUser', 'DeleteUser', 'DeleteUser']],
    ['one change', [iam('12:00', 'DetachUserPolicy', detach)], [undefined, undefined, 'DetachUserPolicy']],
    ['each by the call that did', [iam('12:00', 'DetachUserPolicy', detach), iam('12:01', 'DeleteUser', user), iam('12:02', 'DeleteUser', user)], ['DeleteUser', 'DeleteUser', 'DetachUserPolicy']],
    ['each by its own call, whatever else happened in that second', [iam('12:00', 'DeleteUser', user), iam('12:00', 'DeleteAccessKey', { ...user, accessKeyId: 'AKIAEXAMPLE' })], ['DeleteUser', 'DeleteAccessKey', 'DeleteUser']],
    ['nothing by another policy', [iam('12:00', 'DetachUserPolicy', { ...user, policyArn: 'arn:aws:iam::aws:policy/PowerUserAccess' })], [undefined, undefined, undefined]],
    ['nothing in another account', [{ ...iam('12:00', 'DeleteUser', user), accountId: '999999999999' }], [undefined, undefined, undefined]],
    ['nothing before', [iam('09:00', 'DeleteUser', user)], [undefined, undefined, undefined]],
  ])('others take back %s', (_, others, calls) => {
    const left = leftBehind([iam('10:00', 'CreateUser', user), key, attach], '301122334455')
    const takenBack = takenBackSince(left.values(), others)
    expect([...left.values()].flat().map((one) => takenBack.get(one)?.eventName)).toEqual(calls)
  })

  it('are taken back by calls that the index of such calls holds', () => expect([...undoingNames].filter((name) => !/^(Delete|Detach|Remove)/.test(name))).toEqual([]))

  it('are found without readable parameters', () => {
    expect(detect(outlivingWrites, [{ ...iam('10:00', 'CreateUser', {}), body: undefined }])).toMatchObject([{ subject: 'IAM user of unknown name' }])
  })

  it('include key pairs of EC2', () => {
    expect(detect(outlivingWrites, [event('10:00', { eventName: 'CreateKeyPair', readOnly: false, body: { requestParameters: { keyName: 'mine' } } })])).toMatchObject([{ subject: 'EC2 key pair mine', severity: 'medium' }])
  })
})

it('tells calls by frequency', () => expect(tally(['a', 'b', 'b', 'c', 'd', 'e'], 2)).toBe('b (2), a and 3 more'))

it("names everybody who finds something in people's words, CloudTrail's own proof too", () => {
  const ids = [digestDetector.id, outsideRecordRule, 'sigma:x', emergencyDetector.id, ...detectors.map(({ id }) => id)]
  expect(ids.filter((id) => detectorName(id) === id)).toEqual([])
  expect(detectorName(digestDetector.id)).toBe("CloudTrail's own proof")
})
