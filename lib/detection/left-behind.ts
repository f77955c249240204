import type { GrantEvent } from './detector.ts'
import { type OutlivingCall, outlivingCalls, undoingNames } from './outliving-calls.ts'

/** One change that stays, and the call that made it. */
export type Left = { call: OutlivingCall; event: GrantEvent; name: string; detail: string | undefined }

/**
 * What calls that worked, oldest first, made and did not take back: by the thing (`IAM user backdoor`, with its account
 * where that is not `homeAccount`), everything done to it. Pure.
 */
export function leftBehind(events: readonly GrantEvent[], homeAccount: string): Map<string, Left[]> {
  const things = new Map<string, Left[]>()
  for (const event of events) {
    if (event.errorCode !== null) continue
    takeBack(things, event)
    const left = leftBy(event)
    if (!left) continue
    const thing = `${left.call.of} ${left.name}${event.accountId === homeAccount ? '' : ` in account ${event.accountId}`}`
    things.set(thing, [...(things.get(thing) ?? []), left])
  }
  for (const [thing, left] of things) things.set(thing, left.toSorted(byTime))
  return things
}

/**
 * Which of those changes `others`, oldest first, took back, each with the call that did: its own, or else the one that took
 * back the creation of the thing. Pure.
 */
export function takenBackSince(things: Iterable<readonly Left[]>, others: readonly GrantEvent[]): Map<Left, GrantEvent> {
  const by = new Map<Left, GrantEvent>()
  for (const left of things) {
    for (const one of left) {
      const undone = others.find((event) => undoes(event, one))
      if (undone) by.set(one, undone)
    }
    const creation = left.findLast(isCreation)
    const end = creation && by.get(creation)
    if (end) for (const one of left) if (!by.has(one)) by.set(one, end)
  }
  return by
}

/** Of one second, what was created comes first: CloudTrail's times do not tell. */
const byTime = (a: Left, b: Left): number => a.event.eventTime.getTime() - b.event.eventTime.getTime() || Number(isCreation(b)) - Number(isCreation(a))

/** What was done to a thing: "created", "was given a policy (arn:…)". */
export const wordsOf = ({ call, detail }: Left): string => (detail ? `${call.what} (${detail})` : call.what)

function leftBy(event: GrantEvent): Left | undefined {
  const call = outlivingCalls[event.eventSource]?.[event.eventName]
  if (!call) return undefined
  return { call, event, name: named(event, call.subject) ?? 'of unknown name', detail: call.detail ? named(event, call.detail) : undefined }
}

function takeBack(things: Map<string, Left[]>, event: GrantEvent): void {
  if (!undoingNames.has(event.eventName)) return
  for (const [thing, left] of things) {
    const gone = takenBackBy(event, left)
    if (gone.length === left.length) things.delete(thing)
    else if (gone.length > 0) things.set(thing, left.filter((one) => !gone.includes(one)))
  }
}

/** What of one thing `event` takes back; of a user or role that was created, everything with it. */
function takenBackBy(event: GrantEvent, left: readonly Left[]): readonly Left[] {
  const gone = left.filter((one) => undoes(event, one))
  const creations = left.filter(isCreation)
  return creations.length > 0 && creations.every((one) => gone.includes(one)) ? left : gone
}

const isCreation = ({ call }: Left): boolean => call.what === 'created'

/**
 * Whether `event` takes back the very change, told apart by its detail. Not within one second: CloudTrail's times do not
 * tell which came first, and deleting may have come before making.
 */
function undoes(event: GrantEvent, { call, event: made, name, detail }: Left): boolean {
  if (call.undoneBy !== event.eventName || made.eventSource !== event.eventSource || made.accountId !== event.accountId) return false
  return event.eventTime > made.eventTime && named(event, call.subject) === name && (call.detail === undefined || detail === named(event, call.detail))
}

/** A parameter by name, from the request or, for what AWS made up (a key's id), from the answer. */
function named({ body }: GrantEvent, field: string): string | undefined {
  const { requestParameters, responseElements } = fields(body)
  const answer = fields(responseElements)
  // Without a user name, CreateAccessKey and its like mean the caller; their answer names them.
  for (const place of [fields(requestParameters), answer, ...Object.values(answer).map(fields)]) {
    const value = place[field]
    if (typeof value === 'string' && value !== '') return value
  }
  return undefined
}

const fields = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {})
