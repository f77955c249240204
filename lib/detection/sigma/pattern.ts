/** A Sigma string: plain text between wildcards; `?` is one character, `*` any number. */
export type PatternPart = string | { wildcard: 'one' | 'any' }
export type Pattern = readonly PatternPart[]

const any = { wildcard: 'any' } as const
const one = { wildcard: 'one' } as const

/**
 * Reads wildcards and escapes: a backslash before `*`, `?` or a backslash that is itself before one of them takes its
 * meaning away; any other backslash is a backslash.
 * https://github.com/SigmaHQ/sigma-specification/blob/v2.1.0/specification/sigma-rules-specification.md#escaping
 */
export function parsePattern(source: string): Pattern {
  const parts: PatternPart[] = []
  let text = ''
  const flush = (): void => {
    if (text !== '') parts.push(text)
    text = ''
  }
  for (let at = 0; at < source.length; at += 1) {
    const [char, next] = [source.charAt(at), source.charAt(at + 1)]
    if (char === '\\' && (next === '*' || next === '?' || next === '\\')) {
      text += next
      at += 1
    } else if (char === '*' || char === '?') {
      flush()
      if (char === '?') parts.push(one)
      else if (parts.at(-1) !== any) parts.push(any)
    } else text += char
  }
  flush()
  return parts
}

export const containing = (pattern: Pattern): Pattern => [any, ...pattern, any]
export const beginning = (pattern: Pattern): Pattern => [...pattern, any]
export const ending = (pattern: Pattern): Pattern => [any, ...pattern]

/** The text of a pattern without wildcards; undefined when it has some. */
export function plainText(pattern: Pattern): string | undefined {
  return pattern.every((part) => typeof part === 'string') ? pattern.join('') : undefined
}

/** Whether text is the whole of a pattern, in time that grows with the text and never with the ways to split it. */
export function compilePattern(pattern: Pattern): (text: string) => boolean {
  const plain = plainText(pattern)
  if (plain !== undefined) return (text) => text === plain
  const segments = split(pattern)
  const [first, ...rest] = segments
  const last = rest.pop()
  if (!first) return () => true
  if (!last) return (text) => text.length === lengthOf(first) && fitsAt(first, text, 0)
  if (rest.length === 1 && first.length === 0 && last.length === 0) return containsOnly(rest[0] as Segment)
  return (text) => {
    let at = lengthOf(first)
    const end = text.length - lengthOf(last)
    if (at > end || !fitsAt(first, text, 0) || !fitsAt(last, text, end)) return false
    for (const segment of rest) {
      const found = find(segment, text, at)
      if (found < 0) return false
      at = found + lengthOf(segment)
    }
    return at <= end
  }
}

/** What lies between two `*`: texts and single characters. */
type Segment = readonly (string | null)[]

function split(pattern: Pattern): Segment[] {
  const segments: (string | null)[][] = [[]]
  for (const part of pattern) {
    if (typeof part === 'string') segments.at(-1)?.push(part)
    else if (part.wildcard === 'one') segments.at(-1)?.push(null)
    else segments.push([])
  }
  return segments
}

function containsOnly(segment: Segment): (text: string) => boolean {
  const [only] = segment
  if (segment.length === 1 && typeof only === 'string') return (text) => text.includes(only)
  return (text) => find(segment, text, 0) >= 0
}

const lengthOf = (segment: Segment): number => segment.reduce((sum, part) => sum + (part === null ? 1 : part.length), 0)

function fitsAt(segment: Segment, text: string, from: number): boolean {
  let at = from
  for (const part of segment) {
    if (part === null) at += 1
    else if (!text.startsWith(part, at)) return false
    else at += part.length
  }
  return at <= text.length
}

function find(segment: Segment, text: string, from: number): number {
  const [only] = segment
  if (segment.length === 0) return from
  if (segment.length === 1 && typeof only === 'string') return text.indexOf(only, from)
  for (let at = from; at + lengthOf(segment) <= text.length; at += 1) if (fitsAt(segment, text, at)) return at
  return -1
}
