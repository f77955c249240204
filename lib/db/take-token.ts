import type { Database } from './client.ts'

export type BudgetLimits = { capacity: number; refillPerSecond: number }

/**
 * Takes one token from the bucket `key`, shared by every process on this database. `true` when there was one. The
 * refill is computed from `now`, so a moved clock refills it; a clock that stands still or goes back never does.
 */
export async function takeToken(db: Database, key: string, limits: BudgetLimits, now: Date): Promise<boolean> {
  const { capacity, refillPerSecond } = limits
  const taken = await db.$executeRaw`
    INSERT INTO rate_budget AS budget (key, tokens, "updatedAt") VALUES (${key}, ${capacity - 1}::float8, ${now})
    ON CONFLICT (key) DO UPDATE SET
      tokens = LEAST(${capacity}::float8, budget.tokens
        + GREATEST(0, EXTRACT(EPOCH FROM ${now}::timestamptz - budget."updatedAt")) * ${refillPerSecond}::float8) - 1,
      "updatedAt" = GREATEST(budget."updatedAt", ${now}::timestamptz)
    WHERE LEAST(${capacity}::float8, budget.tokens
        + GREATEST(0, EXTRACT(EPOCH FROM ${now}::timestamptz - budget."updatedAt")) * ${refillPerSecond}::float8) >= 1`
  return taken === 1
}

/** How many tokens the bucket `key` holds at `now`, none taken. */
export async function tokensIn(db: Database, key: string, { capacity, refillPerSecond }: BudgetLimits, now: Date): Promise<number> {
  const bucket = await db.rateBudget.findUnique({ where: { key } })
  return bucket ? Math.min(capacity, bucket.tokens + (Math.max(0, now.getTime() - bucket.updatedAt.getTime()) / 1_000) * refillPerSecond) : capacity
}

/** Forgets buckets that nobody took from since `before`; a full bucket and none at all are the same. */
export async function forgetBudgets(db: Database, before: Date): Promise<void> {
  await db.rateBudget.deleteMany({ where: { updatedAt: { lt: before } } })
}
