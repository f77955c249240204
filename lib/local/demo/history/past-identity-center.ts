import { openAssigner, openIdentities } from '#lib/aws/credentials.ts'
import { type IdentityCenter, openIdentityCenter } from '#lib/aws/identity-center.ts'
import type { Config } from '#lib/config/config.ts'
import type { MovableClock } from '../../clock.ts'

/** Fifteen requests a second, as the product asks at most. */
const betweenRequestsMs = 67

/** Identity Center as the past asks it: a clock that stands still would give its rate nothing back, so it goes on with each request. */
export function pastIdentityCenter({ aws, identityCenter }: Config, clock: MovableClock): IdentityCenter | undefined {
  if (!identityCenter) return undefined
  const assigner = openAssigner(identityCenter.region, identityCenter.assignerRoleArn, openIdentities(aws).hub.process)
  return openIdentityCenter(identityCenter.region, assigner, async () => {
    clock.advance(betweenRequestsMs)
    return true
  })
}
