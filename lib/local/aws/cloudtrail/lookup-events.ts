import { createHash } from 'node:crypto'
import { AwsError } from '../core/errors.ts'
import { camelCased, objectsOf, optionalNumber, optionalText, requiredText, trailDate, type Input } from '../core/input.ts'
import type { Operation } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { accessKeyIdOf, resourcesOf, userNameOf } from './lookup-attributes.ts'
import type { TrailEntry } from './store.ts'

const ninetyDays = 90 * 86_400_000

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html */
export const lookupEvents: Operation = {
  readOnly: true,
  access: () => ({ action: 'cloudtrail:LookupEvents', resource: '*' }),
  requestParameters: ({ input }) => {
    const dates = ['StartTime', 'EndTime'].flatMap((name) => {
      const at = timeOf(input, name)
      return at === undefined ? [] : [[name, trailDate(new Date(at))] as const]
    })
    return Object.keys(input).length === 0 ? null : camelCased({ ...input, ...Object.fromEntries(dates) })
  },
  run: (call) => {
    const { world, caller, region, input, now } = call
    takeToken(world, `${caller.accountId}/${region}`, now.getTime())
    const size = pageSize(input)
    const matches = attributeFilter(input)
    const [from, to] = timeRange(input, now.getTime())
    const after = readNextToken(input)
    const found = world.trail
      .entries(caller.accountId, region)
      .filter((entry) => entry.visibleAt <= now.getTime() && entry.at >= from && entry.at <= to && entry.record.managementEvent && matches(entry))
      .toSorted(newestFirst)
      .filter((entry) => after === undefined || newestFirst(after, entry) < 0)
    const shown = found.slice(0, size)
    const NextToken = found.length > size ? writeNextToken(input, shown.at(-1)!) : undefined
    return { output: { Events: shown.map(eventShape), NextToken } }
  },
}

/** Two requests a second per account and Region; more are throttled. */
function takeToken(world: World, place: string, now: number): void {
  const bucket = world.lookupBuckets.get(place) ?? { tokens: 2, at: now }
  const tokens = Math.min(2, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * 2)
  world.lookupBuckets.set(place, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now })
  if (tokens < 1) throw new AwsError('ThrottlingException', 'Rate exceeded')
}

function pageSize(input: Input): number {
  const size = optionalNumber(input, 'MaxResults') ?? 50
  if (size < 1 || size > 50) throw new AwsError('InvalidMaxResultsException', 'MaxResults must be between 1 and 50.')
  return size
}

const attributeReaders: Readonly<Record<string, (entry: TrailEntry) => readonly (string | undefined)[]>> = {
  AccessKeyId: ({ record }) => [accessKeyIdOf(record)],
  EventId: ({ record }) => [record.eventID],
  EventName: ({ record }) => [record.eventName],
  EventSource: ({ record }) => [record.eventSource],
  ReadOnly: ({ record }) => [String(record.readOnly)],
  Username: ({ record }) => [userNameOf(record)],
  ResourceName: ({ record }) => resourcesOf(record).map((resource) => resource.ResourceName),
  ResourceType: ({ record }) => resourcesOf(record).map((resource) => resource.ResourceType),
}

function attributeFilter(input: Input): (entry: TrailEntry) => boolean {
  const attributes = objectsOf(input, 'LookupAttributes')
  if (attributes.length > 1) throw new AwsError('InvalidLookupAttributesException', 'You can only specify one lookup attribute.')
  const [attribute] = attributes
  if (!attribute) return () => true
  const reader = attributeReaders[requiredText(attribute, 'AttributeKey')]
  if (!reader) throw new AwsError('InvalidLookupAttributesException', 'The lookup attribute key is not valid.')
  const value = requiredText(attribute, 'AttributeValue')
  return (entry) => reader(entry).includes(value)
}

/** Milliseconds. */
export function timeOf(input: Input, name: string): number | undefined {
  const value = optionalText(input, name)
  if (value === undefined) return undefined
  return /^[\d.]+(e\d+)?$/i.test(value) ? Number(value) * 1000 : Date.parse(value)
}

function timeRange(input: Input, now: number): [number, number] {
  const from = timeOf(input, 'StartTime') ?? -Infinity
  const to = timeOf(input, 'EndTime') ?? Infinity
  if (from > to) throw new AwsError('InvalidTimeRangeException', 'The start time must be before the end time.')
  // Events carry whole seconds, so an end within a second includes all of it.
  return [Math.max(from, now - ninetyDays), Number.isFinite(to) ? Math.floor(to / 1000) * 1000 + 999 : to]
}

type Position = Pick<TrailEntry, 'at' | 'sequence'>
const newestFirst = (a: Position, b: Position): number => b.at - a.at || b.sequence - a.sequence

/** A token continues the very same question. */
function fingerprint(input: Input): string {
  const { NextToken: _, ...question } = input
  const ordered = Object.entries(question).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(ordered)).digest('base64url').slice(0, 22)
}

const writeNextToken = (input: Input, { at, sequence }: Position): string =>
  Buffer.from(JSON.stringify([fingerprint(input), at, sequence])).toString('base64')

function readNextToken(input: Input): Position | undefined {
  const token = optionalText(input, 'NextToken')
  if (token === undefined) return undefined
  const [print, at, sequence] = parseToken(token)
  if (print !== fingerprint(input) || at === undefined || sequence === undefined) {
    throw new AwsError('InvalidNextTokenException', 'Invalid token or the request parameters have changed.')
  }
  return { at, sequence }
}

function parseToken(token: string): [string?, number?, number?] {
  try {
    return JSON.parse(Buffer.from(token, 'base64').toString('utf8')) as [string, number, number]
  } catch {
    return []
  }
}

function eventShape({ record, at }: TrailEntry) {
  return {
    EventId: record.eventID,
    EventName: record.eventName,
    ReadOnly: String(record.readOnly),
    AccessKeyId: accessKeyIdOf(record),
    EventTime: new Date(Math.floor(at / 1000) * 1000),
    EventSource: record.eventSource,
    Username: userNameOf(record),
    Resources: resourcesOf(record),
    CloudTrailEvent: JSON.stringify(record),
  }
}
