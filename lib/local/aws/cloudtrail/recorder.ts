import { freshUuid } from '../core/ids.ts'
import { sendTrailEvent } from '../events/send-trail-event.ts'
import type { World } from '../core/world.ts'
import { trailRecord, type RecordedCall } from './record.ts'
import { selectsDataEvent } from './selectors.ts'

/**
 * Writes what CloudTrail writes: management events always, data events only where a trail of the account selects them,
 * one copy for each account concerned.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html (sharedEventID)
 */
export function recordCall(world: World, call: RecordedCall): void {
  // A refused call never reaches the other account, so only the caller's own account hears of it.
  const others = call.error ? [] : (call.details.alsoFor ?? [])
  const accounts = [...new Set([call.caller.accountId, ...others])].filter((id) => id !== '')
  const shared = accounts.length > 1 ? freshUuid() : undefined
  for (const accountId of accounts) {
    const account = world.state.accounts[accountId]
    if (!account) continue
    if (!call.management && !selectsDataEvent(Object.values(account.trails), call)) continue
    const at = call.now.getTime()
    const record = trailRecord(call, accountId, shared)
    sendTrailEvent(world, { accountId, region: call.region }, record)
    world.trail.append({ accountId, region: call.region, at, visibleAt: at + world.settings.cloudTrailDelayMs, record })
  }
}
