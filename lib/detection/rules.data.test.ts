import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { builtinRules } from './builtin-rules.ts'
import { compileRuleSet } from './sigma/rule-set.ts'

const event = z.record(z.string(), z.unknown())
const madeSchema = z.record(z.string(), z.strictObject({ title: z.string(), fires: event, silent: event }))
const labelledSchema = z.object({ rule: z.string(), test: z.string(), expected: z.boolean(), log: event })

/** A folder of rules and labelled events of others, which are no part of this repository. */
const data = process.env.LATCHKEY_TRAIL_DATA
const atMs = 0

describe.skipIf(!data)('rules of others (skipped unless LATCHKEY_TRAIL_DATA names their folder)', () => {
  it('each of them can be used, fires on an event made for it, and is silent when one thing differs', () => {
    const made = madeSchema.parse(JSON.parse(readFileSync(path.join(import.meta.dirname, 'sigma/foreign-rules.cases.json'), 'utf8')))
    const folder = path.join(data ?? '', 'sigma/rules')
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yml'))
    const seen = names.map((name) => {
      const set = compileRuleSet([{ path: name, text: readFileSync(path.join(folder, name), 'utf8') }])
      const id = set.rules[0]?.id ?? ''
      const fires = (of: 'fires' | 'silent'): boolean | undefined => made[id] && set.judge(made[id][of], 'e', atMs).hits.length > 0
      return { name, refusals: set.refusals, fires: fires('fires'), silent: fires('silent') }
    })
    expect(seen).toEqual(names.map((name) => ({ name, refusals: [], fires: true, silent: false })))
    expect(names.length).toBe(Object.keys(made).length)
  })
})

/** Ideas of others, and the rule of ours that means the same. */
const sameIntent: Readonly<Record<string, string>> = {
  'AWS.IAM.AttachAdminRolePolicy': 'An administrator policy was attached',
  'AWS.IAM.AttachAdminUserPolicy': 'An administrator policy was attached',
  'AWS.IAM.BackdoorRole': 'A role was opened to another account or to everyone',
  'AWS.IAM.CreateUser': 'An IAM user was created',
  'AWS.IAM.Backdoor.User.Keys': 'An access key was created for another user',
  'AWS.CloudTrail.LoginProfileCreatedOrModified': 'A console password was set for another user',
  'AWS.User.Login.Profile.Modified': 'A console password was set for another user',
  'AWS.Suspicious.SAML.Activity': 'An identity provider was added or replaced',
  'AWS.CloudTrail.Stopped': 'CloudTrail was stopped or deleted',
  'AWS.CloudTrail.EventSelectorsDisabled': 'CloudTrail was told to record less',
  'AWS.ConfigService.DisabledDeleted': 'A security service was switched off',
  'AWS.VPCFlow.LogsDeleted': 'VPC flow logs were deleted',
  'AWS.CloudTrail.SnapshotMadePublic': 'A snapshot or image was shared with another account or with everyone',
  'AWS.CloudTrail.AMIModifiedForPublicAccess': 'A snapshot or image was shared with another account or with everyone',
  'AWS.RDS.SnapshotShared': 'A snapshot or image was shared with another account or with everyone',
  'AWS.S3.DeletePublicAccessBlock': 'A bucket was opened to everyone, or its block of public access was lifted',
  'AWS.CloudTrail.RootAccessKeyCreated': "The root user's credentials were changed",
  'AWS.CloudTrail.RootPasswordChanged': "The root user's credentials were changed",
  'AWS.Root.Activity': 'The root user was used',
  'AWS.Console.RootLogin': 'The root user was used',
  'AWS.CloudTrail.EnableRegion': 'A Region was switched on',
  'AWS.Console.LoginWithoutMFA': 'An IAM user signed in to the console without MFA',
  'AWS.CloudTrail.AttemptToLeaveOrg': 'An account left its organization, or a policy of the organization was taken off',
  'AWS.EC2.Startup.Script.Change': 'The start script of an instance was changed',
  'AWS.STS.GetSessionToken.Misuse': 'An IAM user got a session token without MFA',
  'AWS.Bedrock.DeleteModelInvocationLoggingConfiguration': 'Logging of Bedrock model calls was switched off',
}

/** Where ours judges otherwise than the label, on purpose. */
const otherwise: Readonly<Record<string, string>> = {
  'AWS.CloudTrail.LoginProfileCreatedOrModified: ChangeOwnPassword': 'A role session that is called alice is not the IAM user alice: whoever starts a session may choose its name.',
  'AWS.User.Login.Profile.Modified: ChangeOwnPassword': 'The same event: a role session that is called alice.',
  'AWS.User.Login.Profile.Modified: User changed password for other reset required': 'Who set the password signs in first and chooses the next one, so a reset that is required helps nothing.',
  'AWS.Suspicious.SAML.Activity: DeleteSAMLProvider': 'Deleting a provider opens no way in.',
  'AWS.Console.LoginWithoutMFA: No MFA Login - Root User': 'The sign-in of root is told by the rule for root.',
  'AWS.Console.LoginWithoutMFA: No MFA Login - New User': 'Needs to know when a user was made, which the event does not say; it is among the false positives.',
  'AWS.Root.Activity: Root Activity - CreateServiceLinkedRole': 'Root is not needed for it.',
  'AWS.Root.Activity: Root Read-Only Enumeration': 'Looking around as root is use of root.',
}

describe.skipIf(!data)('labelled events of others (skipped unless LATCHKEY_TRAIL_DATA names their folder)', () => {
  it('are judged as labelled by our rule of the same intent, except where a reason says otherwise', () => {
    const set = compileRuleSet(builtinRules())
    const lines = readFileSync(path.join(data ?? '', 'panther/tests.ndjson'), 'utf8').split('\n').filter((line) => line !== '')
    const cases = lines.map((line) => labelledSchema.parse(JSON.parse(line))).filter(({ rule }) => Object.hasOwn(sameIntent, rule))
    const different = cases.filter(({ rule, expected, log }) => set.judge(log, 'e', atMs).hits.some(({ title }) => title === sameIntent[rule]) !== expected)
    expect(different.map(({ rule, test }) => `${rule}: ${test}`).toSorted()).toEqual(Object.keys(otherwise).toSorted())
    expect(new Set(cases.map(({ rule }) => rule)).size).toBe(Object.keys(sameIntent).length)
  })
})
