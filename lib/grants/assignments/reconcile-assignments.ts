import type { AwsFailure } from '#lib/aws/aws-failure.ts'
import type { IdentityCenter, PermissionSet, Principal } from '#lib/aws/identity-center.ts'
import { definitionOf } from '#lib/catalog/definition-of.ts'
import { reservedRoleOf } from '#lib/catalog/reserved-role.ts'
import type { AccountAssignment } from '#lib/db/generated/client.ts'
import { takeToken } from '#lib/db/take-token.ts'
import type { GrantDeps } from '../grant-deps.ts'
import { noteOutside } from '../reconcile/outside.store.ts'
import type { Reconciled } from '../reconcile/reconcile.ts'
import { emptyPlaces } from './empty-places.ts'
import { admitReconciler } from './identity-center-rate.ts'
import { repairAssignment } from './repair-assignment.ts'

type Deps = Pick<GrantDeps, 'db' | 'queue' | 'clock' | 'identityCenter'>
type Pair = { accountId: string; permissionSetArn: string; permissionSetName: string; region: string }

export type Reconciliation = {
  /** Assignments whose record and AWS differed and that are on their way to what their grants need. */
  repaired: string[]
  /** What AWS has and was not asked for. Never removed. */
  outside: { accountId: string; permissionSetArn: string; principal: Principal }[]
  /** How many of these nobody had told of before. */
  told: number
  /** What could not be compared this time, and why. */
  unread: { place: string; awsCode: string }[]
}

/** Once in five minutes, over all replicas. */
const turn = { capacity: 1, refillPerSecond: 1 / 300 }

/** Reconciles when it is time, whichever replica asks first. */
export async function reconcileInTurn(deps: Deps): Promise<Reconciled> {
  if (!deps.identityCenter || !(await takeToken(deps.db, 'identity-center/turn', turn, deps.clock()))) return { repaired: 0, outside: 0, failed: [] }
  const { repaired, told, unread: failed } = await reconcileAssignments(deps, deps.clock())
  return { repaired: repaired.length, outside: told, failed: failed.map(({ place, awsCode }) => `${place}: ${awsCode}`) }
}

/**
 * Compares who is assigned in Identity Center with the record, for every account and permission set that a profile offers
 * or a grant ever needed, and repairs what is ours: missing for a live grant, left after the last one. What is not ours is
 * told, once in the record, and stays. What is being changed at that moment is left to whoever changes it. Safe to be cut
 * off anywhere and to be run by two at once.
 */
export async function reconcileAssignments(deps: Deps, now: Date): Promise<Reconciliation> {
  const result: Reconciliation = { repaired: [], outside: [], told: 0, unread: [] }
  const { identityCenter } = deps
  if (!identityCenter) return result
  const admit = (): Promise<void> => admitReconciler(deps.db, deps.clock)
  const pairs = await pairsOf(deps, identityCenter, result)
  const isEmpty = emptyPlaces(identityCenter, pairs, admit)
  for (const pair of pairs) {
    const { accountId, permissionSetArn } = pair
    const known = await deps.db.accountAssignment.findMany({ where: { accountId, permissionSetArn } })
    // What the record has anything of is always asked for by itself: the list of places was read a while ago.
    if (known.every(({ state, asked }) => state === 'absent' && !asked) && (await isEmpty(pair))) {
      await compare(deps, pair, known, [], result, now)
      continue
    }
    await admit()
    const listed = await identityCenter.listAssignments(accountId, permissionSetArn)
    if (listed.ok) await compare(deps, pair, known, listed.principals, result, now)
    else if (listed.code !== 'not_found') result.unread.push(unread(`${pair.permissionSetName} in ${accountId}`, listed))
  }
  return result
}

const unread = (place: string, { awsCode }: AwsFailure) => ({ place, awsCode })

async function compare(deps: Deps, pair: Pair, known: readonly AccountAssignment[], there: readonly Principal[], result: Reconciliation, now: Date): Promise<void> {
  const { accountId, permissionSetArn, permissionSetName, region } = pair
  const isOf = (row: AccountAssignment) => (principal: Principal) => principal.type === row.principalType && principal.id === row.principalId
  for (const row of known) if (await repairAssignment(deps, row, there.some(isOf(row)), now)) result.repaired.push(row.id)
  // Ours is what AWS was asked for; what was there before a grant is as little ours as what came after its removal.
  const outside = there.filter((principal) => !known.some((row) => row.asked && isOf(row)(principal)))
  result.outside.push(...outside.map((principal) => ({ accountId, permissionSetArn, principal })))
  const found = outside.map(({ type, id }) => ({ name: `${type} ${id}`, outside: `The ${type.toLowerCase()} ${id} is assigned ${permissionSetName} in IAM Identity Center, and no grant asked for it.` }))
  result.told += await deps.db.$transaction((tx) => noteOutside(tx, reservedRoleOf(permissionSetName, { id: accountId, region }), found, now))
}

/** Offered pairs, and those of which the record knows anything. */
async function pairsOf({ db, clock }: Deps, identityCenter: IdentityCenter, result: Reconciliation): Promise<Pair[]> {
  const profiles = await db.accessProfile.findMany({ where: { offered: true }, select: { definition: true, account: true } })
  const regions = new Map((await db.account.findMany({ select: { id: true, region: true } })).map(({ id, region }) => [id, region]))
  const known = await db.accountAssignment.findMany({ distinct: ['accountId', 'permissionSetArn'], select: { accountId: true, permissionSetArn: true, permissionSetName: true } })
  const pairs = new Map(known.map((pair) => [`${pair.accountId} ${pair.permissionSetArn}`, { ...pair, region: regions.get(pair.accountId) ?? '' }]))
  const sets = new Map<string, PermissionSet | undefined>()
  for (const { account, definition } of profiles) {
    const { access } = definitionOf({ definition })
    if (access.kind !== 'identity_center') continue
    if (!sets.has(access.permissionSet)) {
      await admitReconciler(db, clock)
      const found = await identityCenter.findPermissionSet(access.permissionSet)
      if (!found.ok) result.unread.push(unread(access.permissionSet, found))
      sets.set(access.permissionSet, found.ok ? found.permissionSet : undefined)
    }
    const set = sets.get(access.permissionSet)
    if (set) pairs.set(`${account.id} ${set.arn}`, { accountId: account.id, permissionSetArn: set.arn, permissionSetName: set.name, region: account.region })
  }
  return [...pairs.values()]
}
