import type { IdentityCenter } from '#lib/aws/identity-center.ts'
import type { AccountAssignment } from '#lib/db/generated/client.ts'

type Place = Pick<AccountAssignment, 'accountId' | 'permissionSetArn'>

/** A page names a hundred accounts; where a set is offered in fewer places than this, asking of each costs no more. */
const worthAsking = 10

/**
 * Says of a place that nobody is assigned anything there, without asking of that place: a permission set without a role in
 * an account has no assignment in it. Asks once for each set, through `admit`; `false` where that cannot be said.
 */
export function emptyPlaces(identityCenter: IdentityCenter, places: readonly Place[], admit: () => Promise<void>): (place: Place) => Promise<boolean> {
  const counts = Map.groupBy(places, ({ permissionSetArn }) => permissionSetArn)
  const known = new Map<string, ReadonlySet<string> | null>()
  return async ({ accountId, permissionSetArn }) => {
    if ((counts.get(permissionSetArn)?.length ?? 0) < worthAsking) return false
    if (!known.has(permissionSetArn)) {
      await admit()
      const answer = await identityCenter.accountsWith(permissionSetArn)
      known.set(permissionSetArn, answer.ok ? new Set(answer.accountIds) : null)
    }
    const accounts = known.get(permissionSetArn)
    return accounts ? !accounts.has(accountId) : false
  }
}
