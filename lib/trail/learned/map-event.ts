import type { KnownAction, KnownActions } from '#lib/iam/known-actions.ts'
import { apiGatewayVerb, otherNames, withoutAction } from './event-names.ts'
import { prefixesOf } from './event-sources.ts'
import { oneKind } from './used-resource.ts'

export type EventName = { eventSource: string; eventName: string }

/** `none`: the event needs no permission. `unknown`: AWS lists no such action; `why` is a sentence that says so. */
export type MappedEvent =
  | { kind: 'actions'; actions: readonly KnownAction[] }
  | { kind: 'none'; why: string }
  | { kind: 'unknown'; why: string }

/** Versions that Lambda and CloudFront write behind the name: `20150331v2`, `2020_05_31`. */
const version = /(\d{8}|\d{4}_\d{2}_\d{2})(v\d+)?$/

/**
 * The IAM actions that the call behind a CloudTrail event needs. Most events are called as their action is; the documented
 * differences are in `event-sources.ts` and `event-names.ts`. Every answer is an action that AWS lists, or says that there
 * is none: nothing is guessed.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed-action-last-accessed.html
 */
export function mapEvent({ eventSource, eventName }: EventName, known: KnownActions): MappedEvent {
  for (const prefix of prefixesOf(eventSource)) {
    const actions = actionsOf(prefix, eventName, known) ?? actionsOf(prefix, eventName.replace(version, ''), known)
    if (actions?.length === 0) return { kind: 'none', why: `${eventName} needs no permission.` }
    if (actions) return { kind: 'actions', actions }
  }
  if (withoutAction.get(eventSource)?.test(eventName)) return { kind: 'none', why: `${eventName} of ${eventSource} is no call of an API.` }
  return { kind: 'unknown', why: `AWS lists no action for ${eventName} of ${eventSource}.` }
}

function actionsOf(prefix: string, name: string, { actions }: KnownActions): readonly KnownAction[] | undefined {
  const verb = prefix === 'apigateway' ? apiGatewayVerb(name) : undefined
  const names = otherNames.get(prefix)?.get(name) ?? [verb ?? name]
  const found = names.flatMap((each) => actions.get(`${prefix}:${each}`.toLowerCase()) ?? [])
  return found.length === names.length ? found : undefined
}

/** Whether an event of that name may say which one resource it was on. */
export function namesOneResource(event: EventName, known: KnownActions): boolean {
  const mapped = mapEvent(event, known)
  const [only, ...others] = mapped.kind === 'actions' ? mapped.actions : []
  return only !== undefined && others.length === 0 && oneKind(only) !== undefined
}
