import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseEvent, type TrailFacts } from '../parse-event.ts'
import { clientOf } from './client-of.ts'
import { explainEvent, type TieContext } from './explain-event.ts'

const { Records } = JSON.parse(readFileSync(path.join(import.meta.dirname, '../fixtures/records.json'), 'utf8')) as { Records: Record<string, unknown>[] }
const read = (source: unknown): TrailFacts => {
  const reading = parseEvent(source)
  if (!reading.ok) throw new Error(reading.reason)
  return reading.event
}
const event = read(Records[0])
const roleArn = 'arn:aws:iam::301122334455:role/latchkey/payments-read'
const grants = (minting: boolean): TieContext['grants'] => new Map([['maya.chen+7K2M9QX4TB', { grantId: 'g1', roleArn, minting }]])
const known: TieContext = {
  leases: new Map([['ASIA4EXAMPLEKEYID001', { grantId: 'g1', trial: false }], ['ASIATRIAL', { grantId: 'g1', trial: true }]]),
  grants: grants(false),
  managedRoles: new Set([roleArn]),
}
const none = { accessKeyId: null, sourceIdentity: null, sessionName: null, issuerArn: null }
const { accessKeyId, sourceIdentity, sessionName, issuerArn } = event

describe('an event belongs to a grant', () => {
  it.each<[string, Partial<TrailFacts>, string]>([
    ['by the key of a lease', { ...none, accessKeyId }, 'grant'],
    ['by its source identity, through another role', { ...none, sourceIdentity, sessionName: 'onward' }, 'grant'],
    ['by session name and role', { ...none, sessionName, issuerArn }, 'grant'],
    ['not by the session name in another role', { ...none, sessionName, issuerArn: 'arn:aws:iam::301122334455:role/other' }, 'elsewhere'],
    ['not by the session name with a source identity of somebody else: a managed role without a grant', { ...none, sessionName, issuerArn, sourceIdentity: 'tom' }, 'outside'],
    ['not by another key alone', { ...none, accessKeyId: 'ASIAOTHER' }, 'elsewhere'],
    ['not by the key of the portal\'s own trial', { ...none, accessKeyId: 'ASIATRIAL', sessionName, issuerArn }, 'trial'],
    ['not by the managed role alone', { ...none, sessionName: 'somebody', issuerArn }, 'outside'],
  ])('%s', (_, facts, expected) => expect(explainEvent({ ...event, ...facts }, known).kind).toBe(expected))
})

describe('taking on a managed role', () => {
  const taking = (name: string, key: string, more: Record<string, unknown> = {}): TrailFacts =>
    read({ ...Records[0], eventID: 'e', eventSource: 'sts.amazonaws.com', eventName: 'AssumeRole', errorCode: undefined, userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::1:user/x' }, requestParameters: { roleArn, roleSessionName: name }, responseElements: { credentials: { accessKeyId: key }, assumedRoleUser: { assumedRoleId: `AROA:${name}` } }, ...more })
  it.each<[string, TrailFacts, TieContext, unknown]>([
    ['the portal\'s, by the key it handed out', taking('any', 'ASIA4EXAMPLEKEYID001'), known, { kind: 'brokered' }],
    ['the portal\'s, while the key is not known yet', taking('maya.chen+7K2M9QX4TB', 'ASIANEW'), { ...known, grants: grants(true) }, { kind: 'brokered' }],
    ['past the portal, under a grant\'s name whose leases are all known', taking('maya.chen+7K2M9QX4TB', 'ASIANEW'), known, { kind: 'unbrokered', roleArn, assumed: 'AROA:maya.chen+7K2M9QX4TB' }],
    ['past the portal, by anybody', taking('ci', 'ASIANEW'), known, { kind: 'unbrokered', roleArn, assumed: 'AROA:ci' }],
    ['past the portal, by web identity', taking('ci', 'ASIANEW', { eventName: 'AssumeRoleWithWebIdentity' }), known, { kind: 'unbrokered', roleArn, assumed: 'AROA:ci' }],
    ['nobody\'s matter when AWS refused', taking('ci', 'ASIANEW', { errorCode: 'AccessDenied', responseElements: null }), known, { kind: 'elsewhere' }],
    ['nobody\'s matter for another role', taking('ci', 'ASIANEW', { requestParameters: { roleArn: 'arn:aws:iam::1:role/other' } }), known, { kind: 'elsewhere' }],
  ])('%s', (_, one, context, expected) => expect(explainEvent(one, context)).toEqual(expected))
})

it.each<[string, string | null, Record<string, unknown>]>([
  ['console', 'Mozilla/5.0 (X11)', {}],
  ['console', 'aws-sdk-java/2', { sessionCredentialFromConsole: 'true' }],
  ['console', '[S3Console/0.4]', {}],
  ['console', null, { eventType: 'AwsConsoleSignIn' }],
  ['cli', 'aws-cli/2.9.19 Python/3.11', {}],
  ['cli', '[aws-cli/1.45.11]', {}],
  ['sdk', 'Boto3/1.28 Python/3.11', {}],
  ['sdk', 'aws-sdk-js/3.1 ua/2.1', {}],
  ['sdk', 'APN/1.0 HashiCorp/1.0 Terraform/1.5', {}],
  ['service', 'cloudformation.amazonaws.com', {}],
  ['service', 'AWS Internal', {}],
  ['other', 'curl/8', {}],
  ['other', null, {}],
])('%s is told by the agent %s', (expected, userAgent, body) => expect(clientOf({ userAgent, body })).toBe(expected))
