/**
 * One piece of a wildcard pattern: text to be found as it is, `*` (any run of characters) or `?` (exactly one).
 * A pattern that comes from a variable is text, so a `*` inside a tag's value is never a wildcard.
 */
export type PatternToken = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'any' } | { readonly kind: 'one' }

/** What stands for itself between two `*`; `null` is a `?`. */
type Segment = readonly (string | null)[]

/** A pattern cut at its `*`: the first segment is anchored at the start, the last at the end. */
export type Wildcard = { readonly segments: readonly Segment[]; readonly exact: string | undefined }

const oneCharacter = null

function toSegments(tokens: readonly PatternToken[]): Segment[] {
  const segments: (string | null)[][] = [[]]
  for (const token of tokens) {
    const current = segments[segments.length - 1]!
    if (token.kind === 'any') segments.push([])
    else if (token.kind === 'one') current.push(oneCharacter)
    else if (typeof current[current.length - 1] === 'string') current[current.length - 1] += token.text
    else if (token.text !== '') current.push(token.text)
  }
  return segments
}

/** Prepares tokens for {@link matchesWildcard}. */
export function compileWildcard(tokens: readonly PatternToken[]): Wildcard {
  const segments = toSegments(tokens)
  const [only] = segments
  const exact = segments.length === 1 && only!.every((piece) => typeof piece === 'string') ? only.join('') : undefined
  return { segments, exact }
}

function segmentLength(segment: Segment): number {
  return segment.reduce((sum, piece) => sum + (piece === null ? 1 : piece.length), 0)
}

function segmentMatchesAt(segment: Segment, text: string, start: number): boolean {
  let at = start
  for (const piece of segment) {
    if (piece === null) at += 1
    else if (text.startsWith(piece, at)) at += piece.length
    else return false
  }
  return at <= text.length
}

function findSegment(segment: Segment, text: string, from: number, end: number): number {
  const length = segmentLength(segment)
  const [first] = segment
  if (first === undefined) return from
  if (segment.length === 1 && first !== null) {
    const found = text.indexOf(first, from)
    return found >= 0 && found + length <= end ? found : -1
  }
  for (let at = from; at + length <= end; at += 1) if (segmentMatchesAt(segment, text, at)) return at
  return -1
}

/**
 * True if the pattern covers the whole of `text`, case-sensitively. Takes each segment at its leftmost place and never
 * goes back, so the time is linear in the text for a given pattern: no pattern can make an evaluation hang.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards
 */
export function matchesWildcard(pattern: Wildcard, text: string): boolean {
  if (pattern.exact !== undefined) return pattern.exact === text
  const { segments } = pattern
  const first = segments[0]!
  if (!segmentMatchesAt(first, text, 0)) return false
  if (segments.length === 1) return segmentLength(first) === text.length
  const last = segments[segments.length - 1]!
  const end = text.length - segmentLength(last)
  let at = segmentLength(first)
  if (end < at || !segmentMatchesAt(last, text, end)) return false
  for (let index = 1; index < segments.length - 1; index += 1) {
    const found = findSegment(segments[index]!, text, at, end)
    if (found < 0) return false
    at = found + segmentLength(segments[index]!)
  }
  return true
}

/** The tokens of a pattern in which `*` and `?` are wildcards and nothing else is special. */
export function wildcardTokens(source: string): PatternToken[] {
  const parts = source.split(/([*?])/u).filter((part) => part !== '')
  return parts.map((part) => {
    if (part === '*') return { kind: 'any' }
    if (part === '?') return { kind: 'one' }
    return { kind: 'text', text: part }
  })
}

/** `s3:Get*` against `S3:GETOBJECT`: actions know no case. Pass the action in lower case. */
export function compileActionPattern(source: string): Wildcard {
  return compileWildcard(wildcardTokens(source.toLowerCase()))
}
