import type { Clock } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'
import { waitForToken } from '#lib/db/wait-for-token.ts'

/**
 * AWS allows the whole organisation 20 requests a second, others' among them. What may be asked at once and what comes
 * back in a second are together no more than that, so no second of any replicas' sees more.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html
 */
const limits = { capacity: 5, refillPerSecond: 15 }

/** Takes one request's worth of Identity Center's rate, shared by every replica; waits up to two seconds for it. */
export const admitToIdentityCenter = (db: Database, clock: Clock): Promise<boolean> => waitForToken(db, 'identity-center', limits, clock)

/** Comparing may take a third of it: people wait for what else is asked. */
const reconcilerLimits = { capacity: 2, refillPerSecond: 5 }

/** Waits until the reconciler may ask something more, at most two seconds; it goes on then in any case, at the shared rate. */
export async function admitReconciler(db: Database, clock: Clock): Promise<void> {
  await waitForToken(db, 'identity-center/reconciler', reconcilerLimits, clock)
}
