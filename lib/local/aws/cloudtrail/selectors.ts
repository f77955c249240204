import type { TrailState } from '../core/state.ts'
import type { RecordedCall } from './record.ts'

type DataResource = { readonly Type?: string; readonly Values?: readonly string[] }
type Selector = { readonly ReadWriteType?: string; readonly DataResources?: readonly DataResource[] }
type FieldSelector = { readonly Field?: string; readonly Equals?: readonly string[]; readonly StartsWith?: readonly string[] }
type AdvancedSelector = { readonly FieldSelectors?: readonly FieldSelector[] }

/** Whether one of an account's trails asked for this data event; selectors of other things than objects of S3 are not read. */
export function selectsDataEvent(trails: readonly TrailState[], call: RecordedCall): boolean {
  if (call.service.name !== 's3') return false
  const arn = call.details.resources?.find((resource) => resource.type === 'AWS::S3::Object')?.ARN ?? ''
  return trails.some(
    (trail) =>
      trail.logging &&
      (trail.multiRegion || trail.region === call.region) &&
      ((trail.eventSelectors as Selector[]).some((selector) => matches(selector, call.readOnly, arn)) ||
        (trail.advancedEventSelectors as AdvancedSelector[]).some((selector) => matchesAdvanced(selector, call.readOnly, arn))),
  )
}

/** `arn:aws:s3` selects every bucket; a value ending in a slash selects what is below it. */
function matches(selector: Selector, readOnly: boolean, arn: string): boolean {
  const wanted = selector.ReadWriteType ?? 'All'
  if (wanted !== 'All' && (wanted === 'ReadOnly') !== readOnly) return false
  return (selector.DataResources ?? []).some(
    (resource) => resource.Type === 'AWS::S3::Object' && (resource.Values ?? []).some((value) => arn.startsWith(value)),
  )
}

function matchesAdvanced(selector: AdvancedSelector, readOnly: boolean, arn: string): boolean {
  const actual: Record<string, string> = { eventCategory: 'Data', 'resources.type': 'AWS::S3::Object', 'resources.ARN': arn, readOnly: String(readOnly) }
  return (selector.FieldSelectors ?? []).every(({ Field = '', Equals, StartsWith }) => {
    const value = actual[Field]
    if (value === undefined) return false
    return (Equals?.includes(value) ?? true) && (StartsWith?.some((prefix) => value.startsWith(prefix)) ?? true)
  })
}
