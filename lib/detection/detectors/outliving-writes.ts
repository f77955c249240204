import type { Detector, DetectorEvent, FindingDraft, GrantFacts } from '../detector.ts'
import { stamp } from '../detector.ts'
import { type OutlivingCall, outlivingCalls } from '../outliving-calls.ts'
import { severityOrder } from '../severity.ts'

export type Left = { call: OutlivingCall; event: DetectorEvent; name: string; detail: string | undefined }

/** Changes that succeeded and outlive the grant (users, keys, trust, policies), one finding for each thing left behind. */
export const outlivingWrites: Detector = {
  id: 'outliving-writes',
  name: 'Changes that outlive the grant',
  detect: ({ events, grant }) => [...leftBehind(events)].flatMap(([thing, left]) => draft(thing, left, grant)),
}

/** What calls that worked, oldest first, made and did not take back: by the thing (`IAM user backdoor`), everything done to it. Pure. */
export function leftBehind(events: readonly DetectorEvent[]): Map<string, Left[]> {
  const things = new Map<string, Left[]>()
  for (const event of events) {
    if (event.errorCode !== null) continue
    takeBack(things, event)
    const left = leftBy(event)
    if (!left) continue
    const thing = `${left.call.of} ${left.name}`
    things.set(thing, [...(things.get(thing) ?? []), left])
  }
  for (const [thing, left] of things) things.set(thing, left.toSorted(byTime))
  return things
}

/** Of one second, what was created comes first: CloudTrail's times do not tell. */
const byTime = (a: Left, b: Left): number => a.event.eventTime.getTime() - b.event.eventTime.getTime() || Number(b.call.what === 'created') - Number(a.call.what === 'created')

/** What was done to a thing, in words, each once. */
export const changesOf = (left: readonly Left[]): string[] => [...new Set(left.map(({ call, detail }) => (detail ? `${call.what} (${detail})` : call.what)))]

function leftBy(event: DetectorEvent): Left | undefined {
  const call = outlivingCalls[event.eventSource]?.[event.eventName]
  if (!call) return undefined
  return { call, event, name: named(event, call.subject) ?? 'of unknown name', detail: call.detail ? named(event, call.detail) : undefined }
}

/**
 * Removes what `event` takes back: the very thing, told apart by its detail; a deleted user or role with everything about
 * it. Not within one second: CloudTrail's times do not tell which came first, and deleting may have come before making.
 */
function takeBack(things: Map<string, Left[]>, event: DetectorEvent): void {
  for (const [thing, left] of things) {
    const kept = left.filter(({ call, event: made, name, detail }) => {
      const undone = call.undoneBy === event.eventName && event.eventTime > made.eventTime && made.eventSource === event.eventSource && named(event, call.subject) === name
      return !(undone && (call.detail === undefined || detail === named(event, call.detail)))
    })
    const creationUndone = left.some(({ call }) => call.what === 'created') && !kept.some(({ call }) => call.what === 'created')
    if (creationUndone || kept.length === 0) things.delete(thing)
    else things.set(thing, kept)
  }
}

const detailNames: Readonly<Record<string, string>> = { accessKeyId: 'Access key', groupName: 'Group', policyArn: 'Policy', policyName: 'Policy', roleName: 'Role', statementId: 'Statement' }

function draft(thing: string, left: readonly Left[], grant: GrantFacts): FindingDraft[] {
  const [first] = left
  if (!first) return []
  const severity = left.map(({ call }) => call.severity).reduce((a, b) => (severityOrder(a) >= severityOrder(b) ? a : b))
  return [
    {
      subject: thing,
      severity,
      title: `Left behind: ${thing.slice(0, 150)}`,
      summary: `${grant.person} changed ${grant.account} at ${stamp(first.event.eventTime)} in a way that stays when the access ends: ${thing} ${changesOf(left).slice(0, 6).join(', then ')}.`,
      events: left.map(({ event }) => event),
      items: [
        { label: first.call.of, value: first.name, mono: true },
        ...left.flatMap(({ call, detail }) => (detail ? [{ label: detailNames[call.detail ?? ''] ?? 'Detail', value: detail, mono: true }] : [])).slice(0, 6),
      ],
    },
  ]
}

/** A parameter by name, from the request or, for what AWS made up (a key's id), from the answer. */
function named({ body }: DetectorEvent, field: string): string | undefined {
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
