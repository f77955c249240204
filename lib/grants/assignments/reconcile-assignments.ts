import type { AwsFailure } from '#lib/aws/aws-failure.ts'
import type { IdentityCenter, Principal } from '#lib/aws/identity-center.ts'
import { definitionOf } from '#lib/catalog/definition-of.ts'
import type { AccountAssignment } from '#lib/db/generated/client.ts'
import { takeToken } from '#lib/db/take-token.ts'
import type { GrantDeps } from '../grant-deps.ts'
import { admitReconciler } from './identity-center-rate.ts'
import { noteOutside, type OutsideFact } from './note-outside.ts'
import { repairAssignment } from './repair-assignment.ts'

type Deps = Pick<GrantDeps, 'db' | 'queue' | 'clock'> & { identityCenter: IdentityCenter | undefined }
type Pair = { accountId: string; permissionSetArn: string }

export type Reconciliation = {
  /** Assignments whose record and AWS differed and that are on their way to what their grants need. */
  repaired: string[]
  /** What AWS has and no grant asked for. Never removed. */
  outside: OutsideFact[]
  /** What could not be compared this time. */
  unread: { place: string; awsCode: string }[]
}

/** Five minutes, over all replicas. */
const turn = { capacity: 1, refillPerSecond: 1 / 300 }

/** Reconciles when it is time, whichever replica asks first; `undefined` when it is not. */
export async function reconcileInTurn(deps: Deps): Promise<Reconciliation | undefined> {
  if (!deps.identityCenter || !(await takeToken(deps.db, 'identity-center/turn', turn, deps.clock()))) return undefined
  return reconcileAssignments(deps, deps.clock())
}

/**
 * Compares who is assigned in Identity Center with the record, for every account and permission set that a profile offers
 * or a grant ever needed, and repairs what is ours: missing for a live grant, left after the last one. What is not ours is
 * told, once in the record, and stays. What is being changed at that moment is left to whoever changes it. Safe to be cut
 * off anywhere and to be run by two at once.
 */
export async function reconcileAssignments(deps: Deps, now: Date): Promise<Reconciliation> {
  const result: Reconciliation = { repaired: [], outside: [], unread: [] }
  const { identityCenter } = deps
  if (!identityCenter) return result
  for (const pair of await pairsOf(deps, identityCenter, result)) {
    const known = await deps.db.accountAssignment.findMany({ where: pair })
    await admitReconciler(deps.db, deps.clock)
    const listed = await identityCenter.listAssignments(pair.accountId, pair.permissionSetArn)
    if (listed.ok) await compare(deps, pair, known, listed.principals, result, now)
    else if (listed.code !== 'not_found') result.unread.push(unread(`${pair.accountId} ${pair.permissionSetArn}`, listed))
  }
  return result
}

const unread = (place: string, { awsCode }: AwsFailure) => ({ place, awsCode })

async function compare(deps: Deps, pair: Pair, known: readonly AccountAssignment[], there: readonly Principal[], result: Reconciliation, now: Date): Promise<void> {
  const isOf = (row: AccountAssignment) => (principal: Principal) => principal.type === row.principalType && principal.id === row.principalId
  for (const row of known) if (await repairAssignment(deps, row, there.some(isOf(row)), now)) result.repaired.push(row.id)
  // Ours is what AWS was asked for; what was there before a grant is as little ours as what came after its removal.
  const outside = there.filter((principal) => !known.some((row) => row.asked && isOf(row)(principal)))
  result.outside.push(...(await noteOutside(deps.db, pair, outside, now)))
}

/** Offered pairs, and those of which the record knows anything. */
async function pairsOf({ db, clock }: Deps, identityCenter: IdentityCenter, result: Reconciliation): Promise<Pair[]> {
  const profiles = await db.accessProfile.findMany({ where: { offered: true }, select: { accountId: true, definition: true } })
  const known = await db.accountAssignment.findMany({ distinct: ['accountId', 'permissionSetArn'], select: { accountId: true, permissionSetArn: true } })
  const pairs = new Map(known.map((pair) => [`${pair.accountId} ${pair.permissionSetArn}`, pair]))
  const arns = new Map<string, string | undefined>()
  for (const { accountId, definition } of profiles) {
    const { access } = definitionOf({ definition })
    if (access.kind !== 'identity_center') continue
    if (!arns.has(access.permissionSet)) {
      await admitReconciler(db, clock)
      const found = await identityCenter.findPermissionSet(access.permissionSet)
      if (!found.ok) result.unread.push(unread(access.permissionSet, found))
      arns.set(access.permissionSet, found.ok ? found.permissionSet.arn : undefined)
    }
    const permissionSetArn = arns.get(access.permissionSet)
    if (permissionSetArn) pairs.set(`${accountId} ${permissionSetArn}`, { accountId, permissionSetArn })
  }
  return [...pairs.values()]
}
