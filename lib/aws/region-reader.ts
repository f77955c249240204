import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2'
import type { AwsResult } from './aws-failure.ts'
import { openCircuit } from './circuit.ts'
import { believing, type Identities, steady } from './credentials.ts'

export type RegionReader = {
  /** The Regions that are enabled in an account, those by default and those it opted into, in the order of their names. */
  listRegions(accountId: string, region: string): Promise<AwsResult<{ regions: string[] }>>
}

/** Asks in one Region about all of them, as the account's reader. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html */
export function openRegionReader(identities: Identities): RegionReader {
  return {
    listRegions: async (accountId, region) => {
      const client = believing(new EC2Client({ ...steady, region, credentials: identities.readerOf(accountId) }))
      try {
        return await openCircuit(`EC2 of ${accountId}`).ask(async (abortSignal) => {
          const { Regions = [] } = await client.send(new DescribeRegionsCommand({ AllRegions: false }), { abortSignal })
          return { regions: Regions.flatMap(({ RegionName }) => RegionName ?? []).toSorted() }
        })
      } finally {
        client.destroy()
      }
    },
  }
}
