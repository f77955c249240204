import { openIdentities } from '#lib/aws/credentials.ts'
import { openTrailReader } from '#lib/aws/trail-reader.ts'
import { accounts, issuerRoleArn, readerRoleArn, revokerRoleArn } from '../demo/organisation.ts'
import type { Slice } from './slice.ts'

const settings = { region: 'us-east-1', issuerRoleArn, readerRoleArn, memberReaderRoleName: 'latchkey/latchkey-reader', revokerRoleArn, memberRevokerRoleName: 'latchkey/latchkey-revoker', federationEndpoint: '', managedRolePath: '/latchkey/' }

/**
 * Gives the slice a trail reader that knows the slice's clock. SDKs keep credentials by the machine's clock and correct
 * their idea of the time only by a first answer: after a jump of the clock, both have to happen before a test asks.
 */
export async function meetClock(slice: Slice): Promise<void> {
  slice.deps.trailReader = openTrailReader(openIdentities(settings))
  for (const accountId of [accounts.paymentsProd, accounts.dataStaging, accounts.sandbox]) {
    for (const region of ['us-east-1', 'eu-central-1']) {
      const now = slice.clock.now()
      await slice.deps.trailReader.lookupByUsername({ accountId, region, username: 'nobody', from: now, to: now })
    }
  }
  slice.clock.advance(1_000)
}
