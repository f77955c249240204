import { expect, test } from 'vitest'
import { readDigestKey } from './find-digest.ts'

const folder = { prefix: 'logs', organizationId: 'o-exampleorgid', accountId: '111122223333', region: 'us-east-2', name: 'main', homeRegion: 'us-east-1' }
const before = 'logs/AWSLogs/o-exampleorgid/111122223333/CloudTrail-Digest/us-east-2/2026/11/23/111122223333_CloudTrail-Digest_us-east-2_'
const key = `${before}main_us-east-1_20261123T030131Z.json.gz`

test("the digests of a trail are told from its backfill digests, from other trails' and from everything else", () => {
  expect(readDigestKey(folder, key)).toEqual({ key, endTime: '2026-11-23T03:01:31Z', backfill: false })
  expect(readDigestKey(folder, key.replace('Z.json', 'Z_backfill.json'))).toMatchObject({ endTime: '2026-11-23T03:01:31Z', backfill: true })
  expect(readDigestKey({ ...folder, prefix: '', organizationId: undefined }, key.replace('logs/', '').replace('o-exampleorgid/', ''))).toMatchObject({ backfill: false })
  const others = [
    `${before}main2_us-east-1_20261123T030131Z.json.gz`,
    `${before}main_eu-west-1_20261123T030131Z.json.gz`,
    `${before}main_us-east-1_eu-west-1_20261123T030131Z.json.gz`,
    `${before}main_us-east-1_20261399T030131Z.json.gz`,
    `${key}.copy`,
    key.replace('logs/', ''),
    key.replace('CloudTrail-Digest/', 'CloudTrail/'),
    key.replace('/23/', '/'),
    '',
  ]
  for (const other of others) expect([other, readDigestKey(folder, other)]).toEqual([other, undefined])
})
