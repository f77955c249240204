import { minutes, seconds } from '#lib/config/clock.ts'

/** How often a grant's trail is asked for, and for how long after its end. */
export type TrailPace = {
  /** Between two questions while something happens. */
  activeMs: number
  /** Between two questions when nothing did for a while. */
  quietMs: number
  /** Between two questions in a Region where the grant's account does not live, while nothing happens there. */
  farMs: number
  /** How far a question reaches back behind what was read: events arrive about 5, sometimes 15 minutes late, in no order. */
  overlapMs: number
  /** How long after the last credentials died events are still waited for: use after the end is a finding. */
  afterEndMs: number
}

export const trailPace: TrailPace = { activeMs: seconds(10), quietMs: seconds(60), farMs: minutes(10), overlapMs: minutes(20), afterEndMs: minutes(45) }

/** LookupEvents' own limit, an account and Region: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html */
export const lookupLimits = { capacity: 2, refillPerSecond: 2 }
/** What one page costs of that, and a margin: a watch of many pages asks less often, so that it leaves the others room. */
const pageShareMs = 2_000
const activityMs = minutes(15)

export type PaceFacts = { lastFoundAt: Date | null; stirredAt: Date; pages: number; far: boolean }

/**
 * When to ask again after a question that was read to its end at `now`. An account has some seventeen Regions and nearly
 * everything happens in two: the others are asked calmly until something was found there, and then like these.
 */
export function decideNextPoll({ lastFoundAt, stirredAt, pages, far }: PaceFacts, pace: TrailPace, now: Date): Date {
  const lately = (at: Date | null): boolean => at !== null && now.getTime() - at.getTime() < activityMs
  const interval = lately(lastFoundAt) || (!far && lately(stirredAt)) ? pace.activeMs : far ? pace.farMs : pace.quietMs
  return new Date(now.getTime() + Math.max(interval, pages > 1 ? pages * pageShareMs : 0))
}
