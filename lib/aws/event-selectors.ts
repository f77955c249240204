import type { AdvancedEventSelector, EventSelector } from '@aws-sdk/client-cloudtrail'

/**
 * What a trail takes. `leftOut` are services whose management events it does not take; `data` the kinds of resources
 * whose data events it takes, `dataOfAll` those of them where it takes every event of every such resource.
 */
export type EventSelection = { reads: boolean; writes: boolean; leftOut: string[]; data: string[]; dataOfAll: string[] }
type One = { reads: boolean; writes: boolean; leftOut: readonly string[] }

/**
 * What a trail's selectors add up to. An event is taken when any selector takes it, so a service is left out only where
 * every selector of management events leaves it out. A selector with a filter beyond those for reading, writing and
 * services (a name of an event, an identity) takes some events, not all, and counts for nothing.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html
 */
export function readSelection({ basic, advanced }: { basic: readonly EventSelector[]; advanced: readonly AdvancedEventSelector[] }): EventSelection {
  const management = [...basic.flatMap((selector) => ofBasic(selector) ?? []), ...advanced.flatMap((selector) => ofAdvanced(selector) ?? [])]
  const [first = { leftOut: [] }, ...others] = management
  return {
    reads: management.some(({ reads }) => reads),
    writes: management.some(({ writes }) => writes),
    leftOut: first.leftOut.filter((service) => others.every(({ leftOut }) => leftOut.includes(service))),
    data: [...new Set([...basic.flatMap(({ DataResources = [] }) => DataResources.map(({ Type = '' }) => Type)), ...advanced.flatMap(dataOf)])].toSorted(),
    dataOfAll: [...new Set([...basic.flatMap(wholeOfBasic), ...advanced.flatMap((selector) => (selector.FieldSelectors?.length === 2 ? dataOf(selector) : []))])].toSorted(),
  }
}

/** A value without a resource in it stands for all of them. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DataResource.html */
const wholeOfBasic = ({ ReadWriteType = 'All', DataResources = [] }: EventSelector): string[] =>
  ReadWriteType === 'All' ? DataResources.flatMap(({ Type = '', Values = [] }) => (Values.some((value) => /^arn:aws[\w-]*:(s3(:::)?|lambda|dynamodb)$/.test(value)) ? [Type] : [])) : []

function ofBasic({ IncludeManagementEvents = true, ReadWriteType = 'All', ExcludeManagementEventSources: leftOut = [] }: EventSelector): One | undefined {
  return IncludeManagementEvents ? { reads: ReadWriteType !== 'WriteOnly', writes: ReadWriteType !== 'ReadOnly', leftOut } : undefined
}

const fieldOf = ({ FieldSelectors = [] }: AdvancedEventSelector, name: string) => FieldSelectors.find(({ Field }) => Field === name)
const known = new Set(['eventCategory', 'readOnly', 'eventSource'])

function ofAdvanced(selector: AdvancedEventSelector): One | undefined {
  if (!fieldOf(selector, 'eventCategory')?.Equals?.includes('Management')) return undefined
  const source = fieldOf(selector, 'eventSource')
  const filters = selector.FieldSelectors?.filter(({ Field = '', ...how }) => !known.has(Field) || (Field === 'eventSource' && Object.keys(how).some((operator) => operator !== 'NotEquals')))
  if (filters?.length) return undefined
  const readOnly = fieldOf(selector, 'readOnly')?.Equals ?? ['true', 'false']
  return { reads: readOnly.includes('true'), writes: readOnly.includes('false'), leftOut: source?.NotEquals ?? [] }
}

const dataOf = (selector: AdvancedEventSelector): string[] => (fieldOf(selector, 'eventCategory')?.Equals?.includes('Data') ? (fieldOf(selector, 'resources.type')?.Equals ?? []) : [])
