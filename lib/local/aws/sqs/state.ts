/** A standard queue; `attributes` are those of SetQueueAttributes, as text. Times are milliseconds. */
export type QueueState = {
  readonly arn: string
  readonly name: string
  readonly accountId: string
  readonly region: string
  readonly createdAt: number
  changedAt: number
  attributes: Record<string, string>
  messages: MessageState[]
}

export type MessageState = {
  readonly id: string
  readonly body: string
  readonly senderId: string
  readonly sentAt: number
  /** Until then nobody receives it: delayed, or in flight. */
  visibleAt: number
  receives: number
  firstReceivedAt?: number
}
