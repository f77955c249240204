import { CloudTrailClient, DescribeTrailsCommand, GetEventSelectorsCommand, GetTrailStatusCommand, type Trail } from '@aws-sdk/client-cloudtrail'
import { awsFailure, type AwsResult } from './aws-failure.ts'
import { openCircuit } from './circuit.ts'
import { believing, type Identities, steady } from './credentials.ts'
import { type EventSelection, readSelection } from './event-selectors.ts'

export type InspectedTrail = {
  name: string
  /** Where its files go; the prefix is empty where there is none. */
  bucket: string
  prefix: string
  multiRegion: boolean
  validated: boolean
  logging: boolean
  lastDeliveryAt: Date | undefined
  /** AWS's code of the last delivery that failed, such as NoSuchBucket. */
  deliveryError: string | undefined
  /** Which events it takes; not readable where the trail is another account's, such as the organisation's. */
  selection: AwsResult<{ events: EventSelection }>
}
export type TrailInspector = { listTrails(accountId: string, region: string): Promise<AwsResult<{ trails: InspectedTrail[] }>> }

/** The trails that record a Region of an account, the organisation's among them, with how they do. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html */
export function openTrailInspector(identities: Identities): TrailInspector {
  return {
    listTrails: async (accountId, region) => {
      const client = believing(new CloudTrailClient({ ...steady, region, credentials: identities.readerOf(accountId) }))
      try {
        return await openCircuit(`CloudTrail of ${accountId}`).ask(async (abortSignal) => {
          const { trailList = [] } = await client.send(new DescribeTrailsCommand({}), { abortSignal })
          return { trails: await Promise.all(trailList.map((trail) => inspect(client, trail, abortSignal))) }
        })
      } finally {
        client.destroy()
      }
    },
  }
}

async function inspect(client: CloudTrailClient, trail: Trail, abortSignal: AbortSignal): Promise<InspectedTrail> {
  const Name = trail.TrailARN ?? trail.Name
  const status = await client.send(new GetTrailStatusCommand({ Name }), { abortSignal })
  return {
    selection: await selectionOf(client, Name, abortSignal),
    name: trail.Name ?? '',
    bucket: trail.S3BucketName ?? '',
    prefix: trail.S3KeyPrefix ?? '',
    multiRegion: trail.IsMultiRegionTrail ?? false,
    validated: trail.LogFileValidationEnabled ?? false,
    logging: status.IsLogging ?? false,
    lastDeliveryAt: status.LatestDeliveryTime,
    deliveryError: status.LatestDeliveryError,
  }
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html */
async function selectionOf(client: CloudTrailClient, TrailName: string | undefined, abortSignal: AbortSignal): Promise<InspectedTrail['selection']> {
  try {
    const { EventSelectors = [], AdvancedEventSelectors = [] } = await client.send(new GetEventSelectorsCommand({ TrailName }), { abortSignal })
    return { ok: true, events: readSelection({ basic: EventSelectors, advanced: AdvancedEventSelectors }) }
  } catch (error) {
    if (abortSignal.aborted) throw error
    return awsFailure(error)
  }
}
