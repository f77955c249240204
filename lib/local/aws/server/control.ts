import { deliverTrailFiles } from '../cloudtrail/delivery.ts'
import { writeDigests } from '../cloudtrail/digests.ts'
import type { TrailRecord } from '../cloudtrail/record.ts'
import type { Fault } from '../core/faults.ts'
import type { World } from '../core/world.ts'
import type { EventRuleState } from '../events/state.ts'
import { identityCenterSettings } from '../sso/instance.ts'
import { type PortalSession, roleCredentials } from '../sso/portal.ts'
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
  /** Writes gzip files of what is visible into the buckets of the trails that log; answers their names. `again`: what the last delivery brought, a second time. */
  deliverTrailFiles(again?: boolean): readonly string[]
  /** Writes the digests that are due; answers their names. */
  writeDigests(most?: number): readonly string[]
  /** The next deletions of messages leave a copy that is received again. */
  duplicateMessages(times: number): void
  /** Makes or replaces a rule of the default event bus, by account, Region and name. */
  putEventRule(rule: EventRuleState): void
  /** Every record of an account, visible or not, oldest first. */
  recorded(accountId: string): readonly TrailRecord[]
  /** How long an assignment's creation or deletion takes; for operations from now on. */
  setAssignmentTime(ms: number): void
  /** The next assignment's creation or deletion ends FAILED, and says why only then. */
  failAssignment(reason: string): void
  setRolesPerAccount(quota: number): void
  /** What Identity Center and the identity store were asked, refused requests included. */
  identityCenterLoad(): { requests: number; busiestSecond: number }
  /** Credentials of the access portal for somebody who is assigned; undefined for anybody else. */
  roleCredentials(session: PortalSession): ReturnType<typeof roleCredentials>
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
    deliverTrailFiles: (again) => deliverTrailFiles(world, again),
    writeDigests: (most) => writeDigests(world, most),
    duplicateMessages: (times) => {
      world.queues.duplicates = times
    },
    putEventRule: (rule) => {
      const others = world.state.eventRules.filter(({ accountId, region, name }) => accountId !== rule.accountId || region !== rule.region || name !== rule.name)
      world.state.eventRules = [...others, rule]
      world.save()
    },
    recorded: (accountId) => world.trail.all().filter((entry) => entry.accountId === accountId).map((entry) => entry.record),
    setAssignmentTime: (ms) => {
      world.identityCenter.operationMs = ms
    },
    failAssignment: (reason) => void world.identityCenter.failures.push(reason),
    setRolesPerAccount: (quota) => {
      world.identityCenter.rolesPerAccount = quota
    },
    identityCenterLoad: () => ({ requests: world.identityCenter.load.requests, busiestSecond: world.identityCenter.load.busiestSecond }),
    roleCredentials: (session) => roleCredentials(world, session),
    wipe: () => {
      world.state = seedOrganisation(world.seed, (bytes) => world.blobs.put(bytes))
      world.trail.clear()
      world.faults.clear()
      world.iamViews.clear()
      world.lookupBuckets.clear()
      world.queues.duplicates = 0
      Object.assign(world.identityCenter, identityCenterSettings())
      world.save()
    },
  }
}
