import { after, type Clock, seconds } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'

/** Longer than any write to a role takes, time-outs and retries included. A process that died holds it no longer. */
const heldMs = seconds(30)

/**
 * Does something to a role in AWS while no other replica does: a row that lapses, so that no transaction is open while AWS
 * is asked. `undefined`, and nothing done, when somebody else is at it.
 */
export async function withRoleLock<Value>({ db, clock }: { db: Database; clock: Clock }, roleArn: string, act: () => Promise<Value>): Promise<Value | undefined> {
  const now = clock()
  const heldUntil = after(now, heldMs)
  const taken = await db.$executeRaw`
    INSERT INTO role_lock AS held ("roleArn", "heldUntil") VALUES (${roleArn}, ${heldUntil}::timestamptz)
    ON CONFLICT ("roleArn") DO UPDATE SET "heldUntil" = ${heldUntil}::timestamptz WHERE held."heldUntil" <= ${now}::timestamptz`
  if (taken !== 1) return undefined
  try {
    return await act()
  } finally {
    await db.roleLock.deleteMany({ where: { roleArn, heldUntil } })
  }
}
