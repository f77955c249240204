import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
import { awsFailure, type AwsResult } from './aws-failure.ts'
import { type Identities, requestHandler } from './credentials.ts'

export type LookupQuestion = { accountId: string; region: string; username: string; from: Date; to: Date; nextToken?: string | undefined }
/** `body` is the CloudTrail record as text; AWS sends JSON inside a string. */
export type LookupPage = { events: { eventId: string; body: string }[]; nextToken: string | undefined }
export type TrailReader = { lookupByUsername(question: LookupQuestion): Promise<AwsResult<{ page: LookupPage }>> }

/**
 * One page of LookupEvents (at most 50 events, newest first) for one user name. Does not retry: the caller owns the
 * rate of two requests a second per account and Region.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
export function openTrailReader(identities: Identities): TrailReader {
  const clients = new Map<string, CloudTrailClient>()
  const clientOf = (accountId: string, region: string): CloudTrailClient => {
    const key = `${accountId}/${region}`
    const client = clients.get(key) ?? new CloudTrailClient({ region, credentials: identities.readerOf(accountId), maxAttempts: 1, requestHandler })
    clients.set(key, client)
    return client
  }
  return {
    lookupByUsername: async ({ accountId, region, username, from, to, nextToken }) => {
      try {
        const answer = await clientOf(accountId, region).send(
          new LookupEventsCommand({
            LookupAttributes: [{ AttributeKey: 'Username', AttributeValue: username }],
            StartTime: from,
            EndTime: to,
            MaxResults: 50,
            NextToken: nextToken,
          }),
        )
        const events = (answer.Events ?? []).flatMap(({ EventId, CloudTrailEvent }) =>
          EventId && CloudTrailEvent ? [{ eventId: EventId, body: CloudTrailEvent }] : [],
        )
        return { ok: true, page: { events, nextToken: answer.NextToken } }
      } catch (error) {
        return awsFailure(error)
      }
    },
  }
}
