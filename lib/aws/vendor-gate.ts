import { DeleteRolePolicyCommand, GetRoleCommand, GetRolePolicyCommand, type IAMClient, PutRolePolicyCommand, type Role, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam'
import type { Config } from '#lib/config/config.ts'
import type { AwsResult } from './aws-failure.ts'
import type { Identities } from './credentials.ts'
import { openMemberIam, roleNameOf } from './member-iam.ts'
import { decodeDocument } from './role-reader.ts'
import { readOpening, readWindow, trustLimit, type VendorOpening, type VendorWindow, windowDocument, windowName, withOpening } from './vendor-policies.ts'

/** A vendor's role as AWS has it. `changed`: something stands there under the portal's name that the portal did not write. */
export type VendorRoleReading = { window: VendorWindow | 'changed' | null; opening: VendorOpening | 'changed' | null; maxSessionSeconds: number }

/**
 * Who a vendor's role lets in. Every verb looks at the role first and touches it only under the managed path and with a
 * permissions boundary of that path (`NotManaged` otherwise), so that whatever is written inline can only narrow. Each may
 * be done twice. What is read back is what AWS keeps, not yet what it evaluates everywhere: IAM spreads it in seconds to minutes.
 */
export type VendorGate = {
  read(roleArn: string): Promise<AwsResult<{ role: VendorRoleReading }>>
  /** Denies everything before and after a window. */
  deny(roleArn: string, window: VendorWindow): Promise<AwsResult<object>>
  /** Takes that denial away. */
  lift(roleArn: string): Promise<AwsResult<object>>
  /** Lets the vendor in. `LimitExceeded`, and nothing written, when the trust policy would be longer than AWS takes. */
  open(roleArn: string, opening: VendorOpening): Promise<AwsResult<object>>
  /** Lets the vendor in no more. */
  close(roleArn: string): Promise<AwsResult<object>>
}

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name })
const gone = (error: unknown): boolean => error instanceof Error && error.name.startsWith('NoSuchEntity')

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html */
export function openVendorGate(aws: Config['aws'], identities: Identities): VendorGate {
  const placeOf = openMemberIam(aws.region, (accountId) => identities.revokerOf(accountId))
  const at = <Value extends object>(roleArn: string, act: (client: IAMClient, role: Role, abortSignal: AbortSignal) => Promise<Value>): Promise<AwsResult<Value>> => {
    const { client, circuit } = placeOf(roleArn)
    return circuit.ask(async (abortSignal) => act(client, await managed(client, roleArn, aws.managedRolePath, abortSignal), abortSignal))
  }
  const trust = async (client: IAMClient, role: Role, opening: VendorOpening | null, abortSignal: AbortSignal): Promise<object> => {
    const PolicyDocument = JSON.stringify(withOpening(decodeDocument(role.AssumeRolePolicyDocument), opening))
    if (PolicyDocument.length > trustLimit) throw named('LimitExceeded', `The trust policy would be ${PolicyDocument.length} characters long; AWS takes ${trustLimit}.`)
    await client.send(new UpdateAssumeRolePolicyCommand({ RoleName: role.RoleName, PolicyDocument }), { abortSignal })
    return {}
  }
  return {
    read: (roleArn) => at(roleArn, async (client, role, abortSignal) => ({ role: await reading(client, role, abortSignal) })),
    deny: (roleArn, window) =>
      at(roleArn, async (client, { RoleName }, abortSignal) => {
        await client.send(new PutRolePolicyCommand({ RoleName, PolicyName: windowName, PolicyDocument: JSON.stringify(windowDocument(window)) }), { abortSignal })
        return {}
      }),
    lift: (roleArn) =>
      at(roleArn, async (client, { RoleName }, abortSignal) => {
        await client.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: windowName }), { abortSignal }).catch((error: unknown) => {
          if (!gone(error)) throw error
        })
        return {}
      }),
    open: (roleArn, opening) => at(roleArn, (client, role, abortSignal) => trust(client, role, opening, abortSignal)),
    close: (roleArn) => at(roleArn, (client, role, abortSignal) => trust(client, role, null, abortSignal)),
  }
}

async function managed(client: IAMClient, roleArn: string, managedRolePath: string, abortSignal: AbortSignal): Promise<Role> {
  const { Role: role } = await client.send(new GetRoleCommand({ RoleName: roleNameOf(roleArn) }), { abortSignal })
  if (role?.Arn !== roleArn || !role.Path?.startsWith(managedRolePath)) throw named('NotManaged', `${roleArn} is no role under ${managedRolePath}, so Latchkey does not touch it.`)
  if (!role.PermissionsBoundary?.PermissionsBoundaryArn?.includes(`:policy${managedRolePath}`)) throw named('NotManaged', `${roleArn} carries no permissions boundary of Latchkey's, so Latchkey does not touch it.`)
  return role
}

async function reading(client: IAMClient, role: Role, abortSignal: AbortSignal): Promise<VendorRoleReading> {
  const found = await client.send(new GetRolePolicyCommand({ RoleName: role.RoleName, PolicyName: windowName }), { abortSignal }).catch((error: unknown) => {
    if (gone(error)) return null
    throw error
  })
  return {
    window: found ? (readWindow(decodeDocument(found.PolicyDocument)) ?? 'changed') : null,
    opening: readOpening(decodeDocument(role.AssumeRolePolicyDocument)),
    maxSessionSeconds: role.MaxSessionDuration ?? 3_600,
  }
}
