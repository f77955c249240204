import { identityCenterRate } from '#lib/aws/identity-center.ts'
import type { Clock } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'
import { tokensIn } from '#lib/db/take-token.ts'
import { waitForToken, waitUntil } from '#lib/db/wait-for-token.ts'

/** Takes one request's worth of Identity Center's rate, shared by every replica; waits up to two seconds for it. */
export const admitToIdentityCenter = (db: Database, clock: Clock): Promise<boolean> => waitForToken(db, identityCenterRate.key, identityCenterRate.limits, clock)

/** What comparing leaves for those who wait: an assignment's next steps find these at once. */
const leftForPeople = 3

/**
 * Waits until the reconciler may ask something more, at most two seconds; it goes on then in any case, at the shared rate.
 * It takes what nobody else does: nearly all of the rate while nothing else is asked, and little while something is.
 */
export async function admitReconciler(db: Database, clock: Clock): Promise<void> {
  await waitUntil(async () => (await tokensIn(db, identityCenterRate.key, identityCenterRate.limits, clock())) >= leftForPeople)
}
