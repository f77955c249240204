import { deliverTrailFiles } from '../cloudtrail/delivery.ts'
import type { TrailRecord } from '../cloudtrail/record.ts'
import type { Fault } from '../core/faults.ts'
import type { World } from '../core/world.ts'
import { seedOrganisation } from '../seed.ts'

/** What a test can do to the local AWS, in process or through `/_local/…`. */
export type LocalAwsControl = {
  /** Delay of every answer. */
  setLatency(ms: number): void
  /** How long an event stays invisible after its call; for calls from now on. */
  setCloudTrailDelay(ms: number): void
  /** How long an IAM change takes to be evaluated; for changes from now on. */
  setIamPropagation(ms: number): void
  /** Makes the next calls fail that match. */
  fail(fault: Partial<Fault>): void
  clearFaults(): void
  /** Delivers at once every event recorded so far. */
  flushCloudTrail(): void
  /** Writes gzip files of what is visible into the buckets of the trails that log; answers their names. */
  deliverTrailFiles(): readonly string[]
  /** Every record of an account, visible or not, oldest first. */
  recorded(accountId: string): readonly TrailRecord[]
  /** Forgets everything and starts from the seed again. The clock and issued credentials stay. */
  wipe(): void
}

export function createControl(world: World): LocalAwsControl {
  return {
    setLatency: (ms) => {
      world.settings.latencyMs = ms
    },
    setCloudTrailDelay: (ms) => {
      world.settings.cloudTrailDelayMs = ms
    },
    setIamPropagation: (ms) => {
      world.settings.iamPropagationMs = ms
    },
    fail: (fault) => world.faults.add({ times: 1, kind: 'error', ...fault }),
    clearFaults: () => world.faults.clear(),
    flushCloudTrail: () => world.trail.flush(world.clock.now().getTime()),
    deliverTrailFiles: () => deliverTrailFiles(world),
    recorded: (accountId) => world.trail.all().filter((entry) => entry.accountId === accountId).map((entry) => entry.record),
    wipe: () => {
      world.state = seedOrganisation(world.seed, (bytes) => world.blobs.put(bytes))
      world.trail.clear()
      world.faults.clear()
      world.iamViews.clear()
      world.lookupBuckets.clear()
      world.save()
    },
  }
}
