import { type AwsFailure, type AwsResult, ownFailure } from '#lib/aws/aws-failure.ts'
import { definitionOf } from '#lib/catalog/definition-of.ts'
import type { AccessProfile, Grant } from '#lib/db/generated/client.ts'
import type { GrantDeps } from '../grant-deps.ts'
import { assignmentAccessOf, wantAssignment } from './assignment.store.ts'
import { settleAssignment } from './settle-assignment.ts'

const refused = (awsCode: string, message: string): AwsFailure => ownFailure('invalid', awsCode, message)

/**
 * Begins what makes a grant of Identity Center active: finds the permission set and the person there, stores the need of
 * the assignment, and has it settled. Whatever comes of that is written down by whoever sees it, this call or a later one,
 * so there is no confirmation here: AWS takes from seconds to minutes. A permission set whose sessions live longer than
 * what was approved is refused, since "may live until" was shown before.
 */
export async function activateAssignment(deps: GrantDeps, grant: Grant, profile: AccessProfile): Promise<AwsResult<{ confirmation: null }>> {
  const known = await deps.db.assignmentNeed.findFirst({ where: { grantId: grant.id, releasedAt: null } })
  const wanted = known ? { ok: true as const, assignmentId: known.assignmentId } : await want(deps, grant, profile)
  if (!wanted.ok) return wanted
  if (wanted.assignmentId) await settleAssignment(deps, wanted.assignmentId)
  return { ok: true, confirmation: null }
}

async function want({ db, queue, clock, identityCenter }: GrantDeps, grant: Grant, profile: AccessProfile): Promise<AwsResult<{ assignmentId: string | undefined }>> {
  const access = assignmentAccessOf(grant)
  if (!profile.offered) return refused('NotOffered', 'The profile is no longer offered.')
  if (!access || definitionOf(profile).access.kind !== 'identity_center') return refused('AnotherKind', 'The profile grants something else by now than what was approved.')
  if (!identityCenter) return refused('not_configured', 'No identity is configured that may assign people in IAM Identity Center (LATCHKEY_ASSIGNER_ROLE_ARN).')
  const set = await identityCenter.findPermissionSet(access.permissionSet)
  if (!set.ok) return set
  if (set.permissionSet.sessionMinutes > access.sessionDurationMinutes) {
    return refused('LongerSessions', `Sessions of ${set.permissionSet.name} live ${set.permissionSet.sessionMinutes} minutes in AWS, longer than the ${access.sessionDurationMinutes} that were approved.`)
  }
  const person = await db.person.findUniqueOrThrow({ where: { id: grant.personId } })
  const found = await identityCenter.findPrincipal(access.principal === 'user' ? { userNames: [person.username, ...(person.email ? [person.email] : [])] } : access.principal)
  if (!found.ok) return found
  const now = clock()
  const assignmentId = await db.$transaction((tx) => wantAssignment(tx, queue, grant, { permissionSet: set.permissionSet, principal: found.principal }, now))
  return { ok: true, assignmentId }
}
