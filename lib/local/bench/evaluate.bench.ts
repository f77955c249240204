import { evaluateAccess } from '#lib/iam/evaluate.ts'
import type { NamedPolicy } from '#lib/iam/document.ts'
import { parsePolicy } from '#lib/iam/parse-policy.ts'
import { type BenchCase, informs } from './bench-case.ts'

const measureMs = 2_000

/** Four policies of a real role's size (about 6,000 characters a managed policy), with conditions, deny and wildcards. */
function policies(): NamedPolicy[] {
  const services = ['s3', 'ec2', 'dynamodb', 'lambda', 'sqs', 'sns', 'logs', 'kms', 'rds', 'ecs', 'ecr', 'glue']
  return Array.from({ length: 4 }, (_, index) => {
    const Statement = services.map((service, place) => ({
      Sid: `S${index}x${place}`,
      Effect: index === 3 && place === 0 ? 'Deny' : 'Allow',
      Action: [`${service}:Get*`, `${service}:List*`, `${service}:Describe*`, `${service}:Put${index}*`],
      Resource: [`arn:aws:${service}:eu-central-1:111122223333:app-${index}-*/*`, `arn:aws:${service}:*:111122223333:shared/*`],
      Condition: { StringEquals: { 'aws:PrincipalTag/team': ['payments', 'platform'] }, IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '203.0.113.0/24'] } },
    }))
    const parsed = parsePolicy({ Version: '2012-10-17', Statement }, 'identity', 20_000)
    if (!parsed.ok) throw new Error(parsed.detail)
    return { name: `policy-${index}`, document: parsed.document }
  })
}

/** Evaluations a second, against parsing the same policies once each as JSON: what an evaluator that keeps nothing pays first. */
export function benchEvaluate(): BenchCase {
  const identity = policies()
  const texts = identity.map((policy) => JSON.stringify(policy.document))
  const actions = ['s3:GetObject', 'ec2:DescribeInstances', 'dynamodb:PutItem', 'ecr:GetDownloadUrlForLayer', 'glue:GetTable']
  const decide = (round: number): void => {
    const action = actions[round % actions.length] ?? 's3:GetObject'
    evaluateAccess(
      {
        principal: { kind: 'assumed-role', arn: 'arn:aws:sts::111122223333:assumed-role/app/maya', accountId: '111122223333', roleArn: 'arn:aws:iam::111122223333:role/app', userId: 'AROA:maya' },
        action,
        resource: `arn:aws:${action.split(':')[0]}:eu-central-1:111122223333:app-${round % 4}-x/${round}`,
        resourceAccountId: '111122223333',
        context: { 'aws:PrincipalTag/team': 'payments', 'aws:SourceIp': '203.0.113.7', 'aws:CurrentTime': '2026-05-01T10:00:00Z' },
      },
      { identity },
    )
  }
  const [perSecond, rounds] = rate(decide)
  const [parsesPerSecond] = rate(() => texts.forEach((text) => JSON.parse(text)))
  return informs('policy evaluations, 48 statements in 4 policies', '/s', perSecond, rounds, parsesPerSecond)
}

function rate(work: (round: number) => void): [perSecond: number, rounds: number] {
  for (let round = 0; round < 2_000; round += 1) work(round)
  const start = performance.now()
  let rounds = 0
  while (performance.now() - start < measureMs) {
    for (let batch = 0; batch < 100; batch += 1) work(rounds++)
  }
  return [rounds / ((performance.now() - start) / 1_000), rounds]
}
