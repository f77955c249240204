import type { AwsFailure } from '#lib/aws/aws-failure.ts'
import type { LogQueue, QueueMessage } from '#lib/aws/log-queue.ts'
import type { QueueSource } from '#lib/config/trail-sources.ts'
import { parseNotification } from '../files/parse-notification.ts'
import { type ReadDeps, readObject, type ReadTotals, takeIn } from './read-object.ts'

export type QueueDeps = ReadDeps & { logQueue: LogQueue }

/** Long enough for ten log files; a message that is not deleted by then comes again, here or on another replica. */
const hideSeconds = 300
const rounds = 10
/** What cannot be read so often never will be. */
const mostReceives = 5

/**
 * Reads what a queue's messages name or hold: notifications of log files, EventBridge's envelopes. A message is deleted
 * when everything in it is stored; what AWS would not give yet comes again by itself. `more` when there may be more.
 */
export async function readQueue(deps: QueueDeps, { url, region, account }: QueueSource, totals: ReadTotals, waitSeconds: number): Promise<{ more: boolean; failure?: AwsFailure }> {
  const place = { accountId: account, region, url }
  let failure: AwsFailure | undefined
  for (let round = 0; round < rounds; round += 1) {
    const answer = await deps.logQueue.receive({ ...place, waitSeconds: round === 0 ? waitSeconds : 0, hideSeconds })
    if (!answer.ok) return { more: false, failure: answer }
    if (answer.messages.length === 0) return { more: false, ...(failure && { failure }) }
    const done: string[] = []
    for (const message of answer.messages) {
      const problem = await readMessage(deps, { account, region }, message, totals)
      if (problem) failure = problem
      if (!problem || message.receives >= mostReceives) done.push(message.handle)
      if (problem && message.receives >= mostReceives) totals.unreadable.push({ file: `message ${message.id}`, position: 'message', reason: problem.message })
    }
    const removed = await deps.logQueue.remove({ ...place, handles: done })
    if (!removed.ok) return { more: false, failure: removed }
  }
  return { more: true, ...(failure && { failure }) }
}

async function readMessage(deps: QueueDeps, { account, region }: Pick<QueueSource, 'account' | 'region'>, { id, body }: QueueMessage, totals: ReadTotals): Promise<AwsFailure | undefined> {
  const notice = parseNotification(body)
  switch (notice.kind) {
    case 'nothing':
      return undefined
    case 'unreadable':
      totals.unreadable.push({ file: `message ${id}`, position: 'message', reason: notice.reason })
      return undefined
    case 'records':
      await takeIn(deps, notice.records, (index) => ({ file: `message ${id}`, position: `record ${index + 1}` }), totals)
      return undefined
    case 'objects':
      for (const { bucket, key } of notice.objects) {
        const failure = await readObject(deps, { accountId: account, region, bucket }, key, totals)
        // Whoever put something else there, or took it away again: that is told and over.
        if (failure && (failure.awsCode === 'NoSuchKey' || failure.awsCode === 'ObjectTooLarge')) totals.unreadable.push({ file: `${bucket}/${key}`, position: 'file', reason: failure.message })
        else if (failure) return failure
      }
      return undefined
  }
}
