import { Prisma } from '#lib/db/generated/client.ts'
import type { JobName, Jobs } from './queue.ts'

/**
 * A job as a part of the statement that wants it, the common table expression `queued` beside `change`: it exists if and
 * only if that one row does. The row is what the queue itself would write, with what its queue is set to; making jobs by
 * SQL is a documented way of pg-boss (docs/sql.md, "manual job creation"). Workers hear of it as of any other.
 */
export function jobInsert<Name extends JobName>(name: Name, payload: Jobs[Name], startAfter?: Date): Prisma.Sql {
  return Prisma.sql`
    queued AS (
      INSERT INTO pgboss.job (name, data, start_after, created_on, expire_seconds, deletion_seconds, keep_until, retry_limit, retry_delay, retry_backoff, retry_delay_max, policy, dead_letter, heartbeat_seconds)
      SELECT queue.name, ${JSON.stringify(payload)}::jsonb, due.at, pgboss.job_now(), queue.expire_seconds, queue.deletion_seconds, due.at + queue.retention_seconds * interval '1 second', queue.retry_limit, queue.retry_delay,
        queue.retry_backoff, queue.retry_delay_max, queue.policy, queue.dead_letter, queue.heartbeat_seconds
      FROM change, pgboss.queue, (SELECT coalesce(${startAfter ?? null}::timestamptz, pgboss.job_now()) AS at) due
      WHERE queue.name = ${name}
      RETURNING CASE WHEN start_after <= pgboss.job_now() THEN pg_notify('pgboss_' || left(encode(sha224('pgboss'::bytea), 'hex'), 24), name) END
    )`
}
