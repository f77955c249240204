import { evaluateAccess } from '#lib/iam/evaluate.ts'
import { named } from '../core/policies.ts'
import type { World } from '../core/world.ts'
import { enqueue } from './queue.ts'

type Sender = {
  /** `s3.amazonaws.com` */
  readonly service: string
  /** What it sends for: a bucket, a rule. */
  readonly sourceArn: string
  readonly sourceAccountId: string
}

/**
 * Whether a queue's policy lets a service of AWS send: nothing else can.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sqs-permissions
 */
export function serviceMaySend(world: World, queueArn: string, sender: Sender): boolean {
  const queue = world.state.queues[queueArn]
  const policy = queue?.attributes.Policy
  if (!queue || policy === undefined) return false
  const context = {
    'aws:SourceArn': sender.sourceArn,
    'aws:SourceAccount': sender.sourceAccountId,
    'aws:CurrentTime': world.clock.now().toISOString(),
    'aws:SecureTransport': 'true',
    'aws:PrincipalIsAWSService': 'true',
    'aws:PrincipalServiceName': sender.service,
  }
  const principal = { kind: 'service', arn: sender.service, accountId: '', userId: sender.service } as const
  const request = { principal, action: 'sqs:SendMessage', resource: queueArn, resourceAccountId: queue.accountId, context }
  return evaluateAccess(request, { identity: [], resource: named('queue policy', policy) }).decision === 'allowed'
}

/** Sends for a service, where it may; what may not be sent is lost, as at AWS. */
export function sendFromService(world: World, queueArn: string, sender: Sender, message: unknown): void {
  if (!serviceMaySend(world, queueArn, sender)) return
  enqueue(world, world.state.queues[queueArn]!, { body: JSON.stringify(message), senderId: sender.service })
}
