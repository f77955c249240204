import type { MovableClock } from '../../clock.ts'
import type { JobName, JobQueue, Jobs } from '#lib/jobs/queue.ts'

type Entry = { at: number; order: number; run: () => Promise<void>; job?: WaitingJob }
export type WaitingJob = { [Name in JobName]: { name: Name; payload: Jobs[Name]; at: Date } }[JobName]

/** What is going to happen, in the order of its time. Things of the same moment happen in the order they were noted. */
export type Agenda = {
  at(when: Date | number, run: () => Promise<void>): void
  /** Takes the next entry that is due by `until`. */
  take(until: number): Entry | undefined
  addJob(job: WaitingJob, run: () => Promise<void>): void
  /** Jobs of the product that are still to come. */
  jobsLeft(): WaitingJob[]
}

export function createAgenda(): Agenda {
  const entries: Entry[] = []
  let order = 0
  const add = (entry: Omit<Entry, 'order'>): void => {
    order += 1
    // A sorted array: a few thousand entries, most of them appended near the end.
    let place = entries.length
    while (place > 0 && entries[place - 1]!.at > entry.at) place -= 1
    entries.splice(place, 0, { ...entry, order })
  }
  return {
    at: (when, run) => add({ at: Number(when), run }),
    take: (until) => (entries[0] && entries[0].at <= until ? entries.shift() : undefined),
    addJob: (job, run) => add({ at: job.at.getTime(), run, job }),
    jobsLeft: () => entries.flatMap(({ job }) => (job ? [job] : [])),
  }
}

type Work = { [Name in JobName]: (payload: Jobs[Name]) => Promise<void> }

/** How long the real queue takes to start a job that is due: about as long as a worker's next look. */
export const pickUpMs = 2_000
const retryMs = 10_000

/**
 * The queue of the moved clock: the product's jobs wait in the agenda, beside what people do, and are done by the same
 * handlers. PostgreSQL's own clock, by which the real queue works, cannot be moved.
 */
export function agendaQueue(agenda: Agenda, clock: MovableClock, work: () => Work): JobQueue {
  const plan = (job: WaitingJob, triesLeft: number): void =>
    agenda.addJob(job, async () => {
      try {
        await (work()[job.name] as (payload: Jobs[JobName]) => Promise<void>)(job.payload)
      } catch (error) {
        if (triesLeft === 0) throw error
        plan({ ...job, at: new Date(clock.now().getTime() + retryMs) }, triesLeft - 1)
      }
    })
  return {
    enqueue: async (_tx, name, payload, startAfter) => {
      const due = Math.max(clock.now().getTime() + (startAfter ? 0 : pickUpMs), startAfter?.getTime() ?? 0)
      plan({ name, payload, at: new Date(due) } as WaitingJob, 8)
    },
  }
}
