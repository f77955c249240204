import { CloudTrailClient, ListPublicKeysCommand } from '@aws-sdk/client-cloudtrail'
import type { AwsResult } from './aws-failure.ts'
import { openCircuit } from './circuit.ts'
import { believing, type Identities, steady } from './credentials.ts'

/** `publicKey` is DER (PKCS #1) in base64. */
export type DigestKey = { fingerprint: string; publicKey: string }
export type DigestKeys = { listKeys(question: { accountId: string; region: string; from: Date; to: Date }): Promise<AwsResult<{ keys: DigestKey[] }>> }

/**
 * The keys that digests of a Region were signed with in a span of time; each Region has its own.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListPublicKeys.html
 */
export function openDigestKeys(identities: Identities): DigestKeys {
  return {
    listKeys: ({ accountId, region, from, to }) => {
      const client = believing(new CloudTrailClient({ ...steady, region, credentials: identities.readerOf(accountId) }))
      return openCircuit(`CloudTrail of ${accountId}/${region}`).ask(async (abortSignal) => {
        const keys: DigestKey[] = []
        let NextToken: string | undefined
        do {
          const page = await client.send(new ListPublicKeysCommand({ StartTime: from, EndTime: to, NextToken }), { abortSignal })
          keys.push(...(page.PublicKeyList ?? []).flatMap(({ Fingerprint, Value }) => (Fingerprint && Value ? [{ fingerprint: Fingerprint, publicKey: Buffer.from(Value).toString('base64') }] : [])))
          NextToken = page.NextToken
        } while (NextToken)
        return { keys }
      })
    },
  }
}
