import type { AwsFailure } from '#lib/aws/aws-failure.ts'
import type { AccountAssignment as AwsAssignment, IdentityCenter, OperationKind, Principal } from '#lib/aws/identity-center.ts'
import type { AccountAssignment } from '#lib/db/generated/client.ts'
import type { GrantDeps } from '../grant-deps.ts'
import { claimAssignment, openNeeds, takeSlot } from './assignment.store.ts'
import { type AssignmentStep, decideAssignmentStep, nextPoll, nextTry } from './decide-assignment-step.ts'
import { noteFailure, noteIntent, noteOver, noteRest, noteStep } from './note-assignment.ts'

/** More steps than any way from one state to the next takes that does not wait for AWS. */
const stepsAtMost = 8

const unconfigured: AwsFailure = { ok: false, code: 'invalid', awsCode: 'not_configured', message: 'No identity is configured that may assign people in IAM Identity Center (LATCHKEY_ASSIGNER_ROLE_ARN).', retryable: false }

/**
 * The job that brings an assignment in AWS to what its grants need, step by step, until nothing is to be done or AWS has to
 * be waited for. May be done twice, by any replica, and goes on wherever a process died: every step writes down what it is
 * about to ask for before it asks.
 */
export async function settleAssignment(deps: GrantDeps, assignmentId: string): Promise<void> {
  for (let index = 0; index < stepsAtMost; index += 1) if ((await stepAssignment(deps, assignmentId)) === undefined) return
}

/** One step, if one is due and no other process is at it; which it was. */
export async function stepAssignment(deps: GrantDeps, assignmentId: string): Promise<AssignmentStep | undefined> {
  const claimed = await claimAssignment(deps.db, assignmentId, deps.clock())
  if (!claimed) return undefined
  const { live } = await openNeeds(deps.db, assignmentId)
  const step = decideAssignmentStep(claimed, live.length > 0)
  await take(deps, claimed, step)
  return step
}

async function take(deps: GrantDeps, claimed: AccountAssignment, step: AssignmentStep): Promise<void> {
  const { identityCenter } = deps
  switch (step) {
    case 'rest':
      return noteRest(deps, claimed)
    case 'begin':
    case 'undo':
      return noteIntent(deps, claimed, step === 'begin' ? 'creating' : 'removing')
    case 'look':
      return identityCenter ? look(deps, identityCenter, claimed) : noteFailure(deps, claimed, unconfigured)
    case 'create':
      return identityCenter ? start(deps, identityCenter, claimed, 'create') : noteFailure(deps, claimed, unconfigured)
    case 'remove':
      return identityCenter ? start(deps, identityCenter, claimed, 'delete') : noteFailure(deps, claimed, unconfigured)
    case 'poll':
      return identityCenter ? poll(deps, identityCenter, claimed) : noteFailure(deps, claimed, unconfigured)
  }
}

/** What AWS has already and was never asked for is somebody else's: every own wish is written down before AWS hears of it. */
async function look(deps: GrantDeps, identityCenter: IdentityCenter, claimed: AccountAssignment): Promise<void> {
  const listed = await identityCenter.listAssignments(claimed.accountId, claimed.permissionSetArn)
  if (!listed.ok) return noteFailure(deps, claimed, listed)
  const there = listed.principals.some(({ type, id }) => type === claimed.principalType && id === claimed.principalId)
  if (there) return noteOver(deps, claimed, { state: 'present', foreign: !claimed.asked, asked: claimed.asked })
  return noteIntent(deps, claimed, 'creating')
}

async function start(deps: GrantDeps, identityCenter: IdentityCenter, claimed: AccountAssignment, kind: OperationKind): Promise<void> {
  if (!(await takeSlot(deps.db, claimed.id))) return noteStep(deps, claimed, { attempts: claimed.attempts + 1, dueAt: nextPoll(claimed.attempts, deps.clock()) })
  const started = await identityCenter.start(kind, placeOf(claimed))
  if (started.ok) return noteStep(deps, claimed, { requestId: started.operation.requestId, dueAt: deps.clock() })
  // What AWS no longer knows is gone: the assignment, its permission set or the account.
  if (kind === 'delete' && started.code === 'not_found') return noteOver(deps, claimed, { state: 'absent', foreign: false, asked: false })
  return noteFailure(deps, claimed, started)
}

async function poll(deps: GrantDeps, identityCenter: IdentityCenter, claimed: AccountAssignment): Promise<void> {
  const kind = claimed.state === 'creating' ? 'create' : 'delete'
  const answer = await identityCenter.statusOf(kind, claimed.requestId ?? '')
  // AWS forgets operations; asking for the same again does no harm.
  if (!answer.ok && answer.code === 'not_found') return noteStep(deps, claimed, { requestId: null, dueAt: deps.clock() })
  if (!answer.ok) return noteStep(deps, claimed, { attempts: claimed.attempts + 1, dueAt: nextTry(claimed.attempts, deps.clock()) })
  const { status, reason } = answer.operation
  switch (status) {
    case 'in_progress':
      return noteStep(deps, claimed, { attempts: claimed.attempts + 1, dueAt: nextPoll(claimed.attempts, deps.clock()) })
    case 'succeeded':
      return noteOver(deps, claimed, { state: kind === 'create' ? 'present' : 'absent', foreign: false, asked: kind === 'create' })
    case 'failed':
      return noteFailure(deps, claimed, { ok: false, code: 'invalid', awsCode: 'FAILED', message: reason ?? 'Identity Center gave no reason.', retryable: false })
  }
}

const placeOf = ({ accountId, permissionSetArn, principalType, principalId }: AccountAssignment): AwsAssignment => ({ accountId, permissionSetArn, principal: { type: principalType as Principal['type'], id: principalId } })
