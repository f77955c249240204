import { describe, expect, it } from 'vitest'
import { expandActions } from './access-levels.ts'

const names = async (patterns: string[], negated = false) => (await expandActions(patterns, negated)).map(({ action }) => action)

describe('expandActions', () => {
  it('knows the level of each action, the more telling one where AWS gives two', async () => {
    const found = await expandActions(['s3:ListBucket', 's3:GetObject', 's3:PutObject', 's3:PutObjectTagging', 's3:PutBucketPolicy'])
    expect(Object.fromEntries(found.map(({ action, level }) => [action, level]))).toEqual({
      's3:ListBucket': 'List',
      's3:GetObject': 'Read',
      's3:PutObject': 'Write',
      's3:PutObjectTagging': 'Tagging',
      's3:PutBucketPolicy': 'Permissions management',
    })
  })

  it('expands wildcards in any case, and nothing of another service', async () => {
    expect(await names(['SQS:sendmessage*'])).toEqual(['sqs:SendMessage'])
    expect(await names(['s?s:*'])).toEqual([])
  })

  it('gives for NotAction exactly what Action leaves out', async () => {
    const all = await names(['*'])
    const some = await names(['iam:*', 'ec2:Describe*'])
    const rest = await names(['iam:*', 'ec2:Describe*'], true)
    expect(all.length).toBeGreaterThan(15_000)
    expect([...some, ...rest].toSorted()).toEqual(all.toSorted())
  })
})
