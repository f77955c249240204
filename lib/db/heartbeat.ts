import type { Database } from './client.ts'

/** Notes when a component last worked or failed, for the Health page. A success less than two seconds after another is not written. */
export async function beat(db: Database, component: string, outcome: { ok: true } | { ok: false; message: string }, now: Date): Promise<void> {
  if (outcome.ok) {
    await db.$executeRaw`
      INSERT INTO heartbeat AS h (component, "lastSuccessAt") VALUES (${component}, ${now})
      ON CONFLICT (component) DO UPDATE SET "lastSuccessAt" = ${now}, message = NULL
      WHERE h."lastSuccessAt" IS NULL OR h."lastSuccessAt" < ${new Date(now.getTime() - 2_000)} OR h.message IS NOT NULL`
    return
  }
  const message = outcome.message.slice(0, 300)
  await db.heartbeat.upsert({ where: { component }, create: { component, lastFailureAt: now, message }, update: { lastFailureAt: now, message } })
}
