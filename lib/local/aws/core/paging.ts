import { AwsError } from './errors.ts'
import { optionalNumber, optionalText, type Input } from './input.ts'

/** One page of a JSON service: `MaxResults` of at most `most`, `NextToken` that continues after it. */
export function pageOf<Item>(input: Input, items: readonly Item[], most: number): { items: Item[]; NextToken: string | undefined } {
  const size = optionalNumber(input, 'MaxResults') ?? most
  if (size < 1 || size > most) throw new AwsError('ValidationException', `1 validation error detected: Value '${size}' at 'maxResults' failed to satisfy constraint: Member must have value between 1 and ${most}`)
  const from = readToken(optionalText(input, 'NextToken'))
  const end = from + size
  return { items: items.slice(from, end), NextToken: end < items.length ? Buffer.from(`from:${end}`).toString('base64url') : undefined }
}

function readToken(token: string | undefined): number {
  if (token === undefined) return 0
  const from = Number(/^from:(\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'))?.[1])
  if (!Number.isInteger(from)) throw new AwsError('ValidationException', 'The NextToken is not one of this list.')
  return from
}
