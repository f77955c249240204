import type { Database } from '#lib/db/client.ts'
import type { JobName, Jobs } from './queue.ts'

/**
 * Takes away the other jobs of one name and payload that wait for a worker: whoever is about to look at everything anyway
 * does their work. What such a job was enqueued with has committed, because the job is seen, so it must be called before
 * the caller reads, and in no transaction. Should the caller fail, its own job is tried again, and nothing is lost.
 */
export async function absorbQueued<Name extends JobName>(db: Database, name: Name, payload: Jobs[Name]): Promise<void> {
  await db.$executeRaw`DELETE FROM pgboss.job WHERE name = ${name} AND state = 'created' AND start_after <= now() AND data = ${JSON.stringify(payload)}::jsonb`
}
