import { AttachUserPolicyCommand, CreateAccessKeyCommand, PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { addressOf } from '../actors.ts'
import { type Chore, choresOf, makeUser } from '../chores.ts'

type Step = { chore: Chore; address: string; afterSeconds: number }

const everything = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] })
const widen = (RoleName: string): Chore => ({ iam }) => iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'support', PolicyDocument: everything }))
const retrust = (RoleName: string): Chore => ({ iam, accountId }) =>
  iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'sts:AssumeRole' }] }) }))
const assume = (account: string, role: string): Chore => ({ sts }) => sts.send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/latchkey/${role}`, RoleSessionName: 'support' }))
const key = (UserName: string): Chore => ({ iam }) => iam.send(new CreateAccessKeyCommand({ UserName }))
const administrator = (UserName: string): Chore => ({ iam }) => iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }))

/** A network that nobody of the company works from (RFC 5737). */
const stranger = '203.0.113.250'

/**
 * Somebody has Priya's credentials: they look around from another network, try the managed roles and the other accounts,
 * which the session's own policy denies, and then make a user with a key that would outlive the grant.
 */
export function misuse(): Step[] {
  const priya = addressOf('priya', 'office')
  const ordinary = choresOf['sandbox-admin']!.work.slice(0, 5).map((chore) => ({ chore, address: priya, afterSeconds: 70 }))
  const looking = choresOf['sandbox-admin']!.work.slice(0, 4).map((chore) => ({ chore, address: stranger, afterSeconds: 8 }))
  const denied = [widen('sandbox-builder'), widen('sandbox-admin'), retrust('sandbox-ci'), retrust('sandbox-admin'), assume('301122334455', 'payments-admin'), assume('503344556677', 'sandbox-builder'), assume('402233445566', 'data-engineer')]
  return [
    ...ordinary,
    ...looking.map((step, index) => (index === 0 ? { ...step, afterSeconds: 540 } : step)),
    ...denied.map((chore) => ({ chore, address: stranger, afterSeconds: 6 })),
    { chore: makeUser('backup-sync'), address: stranger, afterSeconds: 40 },
    { chore: key('backup-sync'), address: stranger, afterSeconds: 4 },
    { chore: administrator('backup-sync'), address: stranger, afterSeconds: 4 },
  ]
}
