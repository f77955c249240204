import { AwsError, validationError } from '../core/errors.ts'
import { optionalNumber, optionalText, type Input } from '../core/input.ts'

/** One page in order of `nameOf`. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
export function page<Item>(input: Input, items: readonly Item[], nameOf: (item: Item) => string): { items: Item[]; IsTruncated: boolean; Marker: string | undefined } {
  const size = optionalNumber(input, 'MaxItems') ?? 100
  if (size < 1 || size > 1000) throw validationError('maxItems', String(size), 'Member must have value between 1 and 1000')
  const after = readMarker(optionalText(input, 'Marker'))
  const sorted = items.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)).filter((item) => after === undefined || nameOf(item) > after)
  const shown = sorted.slice(0, size)
  const IsTruncated = sorted.length > size
  return { items: shown, IsTruncated, Marker: IsTruncated ? Buffer.from(`after:${nameOf(shown.at(-1)!)}`).toString('base64url') : undefined }
}

function readMarker(marker: string | undefined): string | undefined {
  if (marker === undefined) return undefined
  const text = Buffer.from(marker, 'base64url').toString('utf8')
  if (!text.startsWith('after:')) throw new AwsError('ValidationError', 'Invalid Marker.')
  return text.slice('after:'.length)
}
