import { identityCenterRate } from '#lib/aws/identity-center.ts'
import type { Clock } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'
import { waitForToken } from '#lib/db/wait-for-token.ts'

/** Takes one request's worth of Identity Center's rate, shared by every replica; waits up to two seconds for it. */
export const admitToIdentityCenter = (db: Database, clock: Clock): Promise<boolean> => waitForToken(db, identityCenterRate.key, identityCenterRate.limits, clock)

/** Comparing may take a third of it: people wait for what else is asked. */
const reconcilerLimits = { capacity: 2, refillPerSecond: 5 }

/** Waits until the reconciler may ask something more, at most two seconds; it goes on then in any case, at the shared rate. */
export async function admitReconciler(db: Database, clock: Clock): Promise<void> {
  await waitForToken(db, 'identity-center/reconciler', reconcilerLimits, clock)
}
