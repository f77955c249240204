import { CloudTrailClient, DescribeTrailsCommand, GetTrailStatusCommand, type Trail } from '@aws-sdk/client-cloudtrail'
import type { AwsResult } from './aws-failure.ts'
import { openCircuit } from './circuit.ts'
import { believing, type Identities, steady } from './credentials.ts'

export type InspectedTrail = {
  name: string
  multiRegion: boolean
  validated: boolean
  logging: boolean
  lastDeliveryAt: Date | undefined
  /** AWS's code of the last delivery that failed, such as NoSuchBucket. */
  deliveryError: string | undefined
}
export type TrailInspector = { listTrails(accountId: string, region: string): Promise<AwsResult<{ trails: InspectedTrail[] }>> }

/** The trails that record a Region of an account, the organisation's among them, with how they do. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html */
export function openTrailInspector(identities: Identities): TrailInspector {
  return {
    listTrails: (accountId, region) => {
      const client = believing(new CloudTrailClient({ ...steady, region, credentials: identities.readerOf(accountId) }))
      return openCircuit(`CloudTrail of ${accountId}`).ask(async (abortSignal) => {
        const { trailList = [] } = await client.send(new DescribeTrailsCommand({}), { abortSignal })
        return { trails: await Promise.all(trailList.map((trail) => inspect(client, trail, abortSignal))) }
      })
    },
  }
}

async function inspect(client: CloudTrailClient, trail: Trail, abortSignal: AbortSignal): Promise<InspectedTrail> {
  const status = await client.send(new GetTrailStatusCommand({ Name: trail.TrailARN ?? trail.Name }), { abortSignal })
  return {
    name: trail.Name ?? '',
    multiRegion: trail.IsMultiRegionTrail ?? false,
    validated: trail.LogFileValidationEnabled ?? false,
    logging: status.IsLogging ?? false,
    lastDeliveryAt: status.LatestDeliveryTime,
    deliveryError: status.LatestDeliveryError,
  }
}
