import type { EventEmitter } from 'node:events'
import type { MovableClock } from '../../clock.ts'
import type { TrailStore } from '../cloudtrail/store.ts'
import type { LocalOrganisation } from '../seed.ts'
import type { IdentityCenterSettings } from '../sso/instance.ts'
import type { BlobStore } from './blobs.ts'
import type { FaultRules } from './faults.ts'
import type { SessionSealer } from './session-token.ts'
import type { AccountState, IamState, OrganisationState } from './state.ts'

/** Everything a call can see and change. */
export type World = {
  readonly clock: MovableClock
  readonly seed: LocalOrganisation
  state: OrganisationState
  readonly sealer: SessionSealer
  readonly trail: TrailStore
  readonly blobs: BlobStore
  readonly faults: FaultRules
  readonly settings: Settings
  readonly iamViews: IamViews
  readonly identityCenter: IdentityCenterSettings
  readonly queues: Queues
  readonly lookupBuckets: Map<string, { tokens: number; at: number }>
  /** Makes the change of a call last, before it is answered. */
  save(): void
}

/** `arrivals` tells of messages by the ARN of their queue; `duplicates` is how many deletions leave a copy that comes back. */
type Queues = { readonly arrivals: EventEmitter; duplicates: number }

type Settings = { latencyMs: number; cloudTrailDelayMs: number; iamPropagationMs: number }

/**
 * IAM is eventually consistent: what was written is not at once what is evaluated.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
type IamViews = Map<string, { from: number; iam: IamState }[]>

/** To be called before a change of an account's IAM state. */
export function rememberIamBefore(world: World, account: AccountState): void {
  const delay = world.settings.iamPropagationMs
  if (delay <= 0) return
  const now = world.clock.now().getTime()
  const views = world.iamViews.get(account.id) ?? []
  if (views.length === 0) views.push({ from: -Infinity, iam: structuredClone(account.iam) })
  world.iamViews.set(account.id, views.filter((view, index) => views.length - index < 50 || view.from > now - delay))
}

/** To be called after it. */
export function propagateIam(world: World, account: AccountState): void {
  const delay = world.settings.iamPropagationMs
  if (delay <= 0) return
  world.iamViews.get(account.id)?.push({ from: world.clock.now().getTime() + delay, iam: structuredClone(account.iam) })
}

/** The IAM state that authorization sees at this moment. */
export function effectiveIam(world: World, accountId: string): IamState | undefined {
  const live = world.state.accounts[accountId]?.iam
  const views = world.iamViews.get(accountId)
  if (!live || !views) return live
  const now = world.clock.now().getTime()
  if (views.at(-1)!.from <= now) {
    world.iamViews.delete(accountId)
    return live
  }
  return views.findLast((view) => view.from <= now)?.iam ?? live
}

export const policyArnAccount = (arn: string): string => arn.split(':')[4] ?? ''
