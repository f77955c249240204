import { DeleteRolePolicyCommand, type IAMClient, ListRolePoliciesCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import type { Config } from '#lib/config/config.ts'
import type { AwsResult } from './aws-failure.ts'
import type { Identities } from './credentials.ts'
import { type Cutoff, cutoffDocument, cutoffName, cutoffsIn, expiredCutoffs } from './cutoff-policy.ts'
import { openMemberIam, roleNameOf as nameOf } from './member-iam.ts'
import { expiredRevocations, type Revocation, revocationDocument, revocationName, revocationsOf } from './revocation-policy.ts'

export type Revoker = {
  /**
   * Denies one session of a role everything, until its credentials have expired anyway; prunes what is no longer needed
   * first. Doing it again changes nothing. AWS evaluates it after IAM's propagation, seconds to minutes later: written is
   * not yet confirmed. `invalid` with `LimitExceeded` when the role's inline policies leave no room (10,240 characters).
   */
  revoke(roleArn: string, revocation: Revocation, now: Date): Promise<AwsResult<{ policyName: string; pruned: string[] }>>
  /**
   * Denies everything to whatever the role issued before a moment, until that has expired anyway; prunes first, as
   * `revoke` does. A later one covers the earlier: one of them stands on the role, the latest. Doing it again changes nothing.
   */
  cutOff(roleArn: string, cutoff: Cutoff, now: Date): Promise<AwsResult<{ policyName: string; pruned: string[] }>>
  /** Takes back what denies one session. */
  lift(roleArn: string, userId: string): Promise<AwsResult<{ removed: string[] }>>
  /** Removes denials of a role, of one session or of everybody, whose credentials have expired by `now`. */
  prune(roleArn: string, now: Date): Promise<AwsResult<{ removed: string[] }>>
  /** Whether the revoker's role in the account can be taken on and may look at this role. */
  check(roleArn: string): Promise<AwsResult<object>>
}

/** A denial, and which of those on the role are for the same; names sort by the end of what they deny. */
type DenialToWrite = { policyName: string; document: object; standingIn: (names: readonly string[]) => string[]; laterCovers?: boolean }

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html */
export function openRevoker(aws: Config['aws'], identities: Identities): Revoker {
  const placeOf = openMemberIam(aws.region, (accountId) => identities.revokerOf(accountId))
  const deny = (roleArn: string, now: Date, { policyName, document, standingIn, laterCovers = false }: DenialToWrite): ReturnType<Revoker['revoke']> => {
    const { client, circuit } = placeOf(roleArn)
    return circuit.ask(async (abortSignal) => {
      const RoleName = nameOf(roleArn)
      const names = await inlineNames(client, RoleName, abortSignal)
      const pruned = expiredDenials(names, now)
      await remove(client, RoleName, pruned, abortSignal)
      const standing = standingIn(names).filter((name) => !pruned.includes(name))
      const covered = laterCovers && standing.some((name) => name > policyName)
      if (!covered) await client.send(new PutRolePolicyCommand({ RoleName, PolicyName: policyName, PolicyDocument: JSON.stringify(document) }), { abortSignal })
      // An earlier one only takes up room.
      await remove(client, RoleName, standing.filter((name) => name < policyName), abortSignal)
      return { policyName, pruned }
    })
  }
  return {
    revoke: (roleArn, revocation, now) => deny(roleArn, now, { policyName: revocationName(revocation), document: revocationDocument(revocation), standingIn: (names) => revocationsOf(names, revocation.userId) }),
    cutOff: (roleArn, cutoff, now) => deny(roleArn, now, { policyName: cutoffName(cutoff), document: cutoffDocument(cutoff), standingIn: cutoffsIn, laterCovers: true }),
    lift: (roleArn, userId) => {
      const { client, circuit } = placeOf(roleArn)
      return circuit.ask(async (abortSignal) => {
        const removed = revocationsOf(await inlineNames(client, nameOf(roleArn), abortSignal), userId)
        await remove(client, nameOf(roleArn), removed, abortSignal)
        return { removed }
      })
    },
    prune: (roleArn, now) => {
      const { client, circuit } = placeOf(roleArn)
      return circuit.ask(async (abortSignal) => {
        const removed = expiredDenials(await inlineNames(client, nameOf(roleArn), abortSignal), now)
        await remove(client, nameOf(roleArn), removed, abortSignal)
        return { removed }
      })
    },
    check: (roleArn) => {
      const { client, circuit } = placeOf(roleArn)
      return circuit.ask(async (abortSignal) => {
        await client.send(new ListRolePoliciesCommand({ RoleName: nameOf(roleArn), MaxItems: 1 }), { abortSignal })
        return {}
      })
    },
  }
}

const expiredDenials = (names: readonly string[], now: Date): string[] => [...expiredRevocations(names, now), ...expiredCutoffs(names, now)]

async function inlineNames(client: IAMClient, RoleName: string, abortSignal: AbortSignal): Promise<string[]> {
  const names: string[] = []
  let Marker: string | undefined
  do {
    const page = await client.send(new ListRolePoliciesCommand({ RoleName, Marker }), { abortSignal })
    names.push(...(page.PolicyNames ?? []))
    Marker = page.IsTruncated ? page.Marker : undefined
  } while (Marker)
  return names
}

/** Another replica may have been faster: what is gone is gone. */
async function remove(client: IAMClient, RoleName: string, names: readonly string[], abortSignal: AbortSignal): Promise<void> {
  for (const PolicyName of names) {
    await client.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }), { abortSignal }).catch((error: unknown) => {
      if (!(error instanceof Error && error.name.startsWith('NoSuchEntity'))) throw error
    })
  }
}
