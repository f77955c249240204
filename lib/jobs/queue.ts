import { fromPrisma, PgBoss } from 'pg-boss'
import type { Transaction } from '#lib/db/client.ts'

/** Every job of the product: its name and what it carries. Payloads hold ids, never secrets or personal data. */
export type Jobs = {
  'grant.activate': { grantId: string }
  'grant.end': { grantId: string }
  'grant.detect': { grantId: string }
  'grant.revoke': { grantId: string }
  'role.cutoff': { cutoffId: string }
  'assignment.settle': { assignmentId: string }
  'record.verify': { verificationId: string }
  'export.build': { exportId: string }
}
export type JobName = keyof Jobs
export type JobHandler<Name extends JobName> = (payload: Jobs[Name]) => Promise<void>
export type JobHandlers = { [Name in JobName]: JobHandler<Name> }

const queues: Record<JobName, { retryLimit: number; retryDelay: number; expireInSeconds: number }> = {
  'grant.activate': { retryLimit: 8, retryDelay: 2, expireInSeconds: 60 },
  'grant.end': { retryLimit: 50, retryDelay: 5, expireInSeconds: 60 },
  'grant.detect': { retryLimit: 20, retryDelay: 2, expireInSeconds: 60 },
  'grant.revoke': { retryLimit: 20, retryDelay: 2, expireInSeconds: 90 },
  'role.cutoff': { retryLimit: 20, retryDelay: 2, expireInSeconds: 90 },
  'assignment.settle': { retryLimit: 20, retryDelay: 2, expireInSeconds: 90 },
  // Millions of entries take minutes.
  'record.verify': { retryLimit: 2, retryDelay: 30, expireInSeconds: 3_600 },
  // Goes on where it was; what was cut off without a word is found by the loop "exports".
  'export.build': { retryLimit: 6, retryDelay: 10, expireInSeconds: 3_600 },
}
export const jobNames = Object.keys(queues) as JobName[]

export type JobQueue = {
  /** Adds a job in the caller's transaction: it exists if and only if that transaction commits. */
  enqueue<Name extends JobName>(tx: Transaction, name: Name, payload: Jobs[Name], startAfter?: Date): Promise<void>
}

/** Creates or updates the queue's own tables as the database's owner. Idempotent. */
export async function installQueue(ownerUrl: string): Promise<void> {
  const boss = new PgBoss({ connectionString: ownerUrl, max: 2, supervise: false, schedule: false })
  boss.on('error', () => undefined)
  await boss.start()
  for (const name of jobNames) {
    const options = { ...queues[name], retryBackoff: true, notify: true }
    await boss.createQueue(name, options)
    // Creating a queue that exists changes nothing; newer options reach it here.
    await boss.updateQueue(name, options)
  }
  await boss.stop({ graceful: false })
}

export type RunningQueue = JobQueue & {
  work(handlers: JobHandlers): Promise<void>
  stop(): Promise<void>
}

/** Connects to the queue. Jobs are claimed only after `work` is called; any number of processes may do so. */
export async function openQueue(databaseUrl: string, onError: (error: Error) => void): Promise<RunningQueue> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    max: 3,
    migrate: false,
    createSchema: false,
    schedule: false,
    useListenNotify: true,
    application_name: 'latchkey-jobs',
  })
  boss.on('error', onError)
  await boss.start()
  return {
    enqueue: async (tx, name, payload, startAfter) => {
      await boss.send(name, payload, { db: fromPrisma(tx), ...(startAfter ? { startAfter } : {}) })
    },
    work: async (handlers) => {
      for (const name of jobNames) await startWorker(boss, name, handlers[name] as JobHandler<JobName>)
    },
    stop: () => boss.stop({ graceful: true, timeout: 10_000 }),
  }
}

async function startWorker<Name extends JobName>(boss: PgBoss, name: Name, handler: JobHandler<Name>): Promise<void> {
  await boss.work<Jobs[Name]>(name, { pollingIntervalSeconds: 2, batchSize: 1, localConcurrency: 4 }, async (jobs) => {
    for (const job of jobs) await handler(job.data)
  })
}
