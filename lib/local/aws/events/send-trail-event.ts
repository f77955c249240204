import { freshUuid } from '../core/ids.ts'
import type { World } from '../core/world.ts'
import type { TrailRecord } from '../cloudtrail/record.ts'
import { sendFromService } from '../sqs/send-from-service.ts'
import type { EventRuleState } from './state.ts'

type Place = { readonly accountId: string; readonly region: string }

/**
 * What CloudTrail records goes to the default event bus at once, where a trail of the account is logging.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export function sendTrailEvent(world: World, place: Place, record: TrailRecord): void {
  const rules = world.state.eventRules.filter((rule) => rule.accountId === place.accountId && rule.region === place.region)
  if (rules.length === 0 || !isLogged(world, place)) return
  const event = envelope(place, record)
  for (const rule of rules) {
    if (!receives(rule, event)) continue
    const sourceArn = `arn:aws:events:${rule.region}:${rule.accountId}:rule/${rule.name}`
    sendFromService(world, rule.queueArn, { service: 'events.amazonaws.com', sourceArn, sourceAccountId: rule.accountId }, event)
  }
}

const isLogged = (world: World, { accountId, region }: Place): boolean =>
  Object.values(world.state.accounts[accountId]?.trails ?? {}).some((trail) => trail.logging && (trail.multiRegion || trail.region === region))

type Envelope = ReturnType<typeof envelope>

function envelope({ accountId, region }: Place, record: TrailRecord) {
  return {
    version: '0',
    id: freshUuid(),
    'detail-type': detailTypes[String(record.eventType)] ?? 'AWS API Call via CloudTrail',
    source: `aws.${record.eventSource.split('.')[0]}`,
    account: accountId,
    time: record.eventTime,
    region,
    resources: [],
    detail: record,
  }
}

/** As events bear them; the guide also writes the first without its second blank. */
const detailTypes: Readonly<Record<string, string>> = { AwsConsoleSignIn: 'AWS Console Sign In via CloudTrail', AwsServiceEvent: 'AWS Service Event via CloudTrail' }

function receives({ state, pattern = {} }: EventRuleState, event: Envelope): boolean {
  if (state === 'DISABLED' || (state === 'ENABLED' && isReadOnlyManagement(event.detail))) return false
  const actual = { source: event.source, 'detail-type': event['detail-type'], eventName: event.detail.eventName }
  return (Object.keys(actual) as (keyof typeof actual)[]).every((name) => pattern[name]?.includes(actual[name]) ?? true)
}

/** By their names, except two of STS. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html */
const isReadOnlyManagement = ({ eventName, managementEvent }: TrailRecord): boolean =>
  managementEvent && /^(Describe|Get|List)/.test(eventName) && !['GetFederationToken', 'GetSessionToken'].includes(eventName)
