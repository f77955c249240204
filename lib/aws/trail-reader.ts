import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
import type { AwsResult } from './aws-failure.ts'
import { type Circuit, openCircuit } from './circuit.ts'
import { believing, type Identities, requestHandler } from './credentials.ts'
import { keepRecent } from './keep-recent.ts'

type Asked = { accountId: string; region: string; from: Date; to: Date; nextToken?: string | undefined }
export type LookupQuestion = Asked & { username: string }
/** `body` is the CloudTrail record as text; AWS sends JSON inside a string. */
export type LookupPage = { events: { eventId: string; body: string }[]; nextToken: string | undefined }
export type TrailReader = {
  lookupByUsername(question: LookupQuestion): Promise<AwsResult<{ page: LookupPage }>>
  /** The same for one name of an event, whoever it was. */
  lookupByEventName(question: Asked & { eventName: string }): Promise<AwsResult<{ page: LookupPage }>>
}

/** Clients of accounts and Regions that are kept: 40 kB each. */
const mostPlaces = 400

/**
 * One page of LookupEvents (at most 50 events, newest first) for one user name. Does not retry: the caller owns the
 * rate of two requests a second per account and Region.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
export function openTrailReader(identities: Identities): TrailReader {
  const openPlace = (key: string): { client: CloudTrailClient; circuit: Circuit } => {
    const [accountId = '', region = ''] = key.split('/')
    return { client: believing(new CloudTrailClient({ region, credentials: identities.readerOf(accountId), maxAttempts: 1, requestHandler })), circuit: openCircuit(`CloudTrail of ${key}`) }
  }
  // Some questions go on at a time: those of a client that goes were answered long before.
  const placeOf = keepRecent(mostPlaces, openPlace, ({ client }) => client.destroy())
  const lookup = ({ accountId, region, from, to, nextToken }: Asked, AttributeKey: 'Username' | 'EventName', AttributeValue: string) => {
    const { client, circuit } = placeOf(`${accountId}/${region}`)
    return circuit.ask(async (abortSignal) => {
      const LookupAttributes = [{ AttributeKey, AttributeValue }]
      const command = new LookupEventsCommand({ LookupAttributes, StartTime: from, EndTime: to, MaxResults: 50, NextToken: nextToken })
      const answer = await client.send(command, { abortSignal })
      const events = (answer.Events ?? []).flatMap(({ EventId, CloudTrailEvent }) => (EventId && CloudTrailEvent ? [{ eventId: EventId, body: CloudTrailEvent }] : []))
      return { page: { events, nextToken: answer.NextToken } }
    })
  }
  return {
    lookupByUsername: (question) => lookup(question, 'Username', question.username),
    lookupByEventName: (question) => lookup(question, 'EventName', question.eventName),
  }
}
