/** A rule of the default event bus with one queue as its target. Patterns are exact values; absent: everything of CloudTrail. */
export type EventRuleState = {
  readonly name: string
  readonly accountId: string
  readonly region: string
  readonly queueArn: string
  readonly state: 'DISABLED' | 'ENABLED' | 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'
  readonly pattern?: { readonly source?: readonly string[]; readonly 'detail-type'?: readonly string[]; readonly eventName?: readonly string[] }
}
