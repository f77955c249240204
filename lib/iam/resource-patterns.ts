import { compileWildcard, matchesWildcard, wildcardTokens } from './match.ts'

/**
 * Resource patterns as sets of ARNs. A pattern is text with `*` and `?`; `p ∩ q` stands for what both cover, where that
 * is no pattern itself. Answers err on the side of more access: `covers` may be false where it is true, `overlap` true
 * where it is false.
 */
const both = ' ∩ '

const parts = (pattern: string): readonly string[] => pattern.split(both)

function partCovers(outer: string, inner: string): boolean {
  if (outer === '*' || outer === inner) return true
  // A variable's value is unknown, and `?` must not be taken to cover the `*` of the other.
  if (outer.includes('${') || (outer.includes('?') && inner.includes('*'))) return false
  return matchesWildcard(compileWildcard(wildcardTokens(outer)), inner)
}

/** True if everything `inner` stands for, `outer` stands for too. */
export function covers(outer: string, inner: string): boolean {
  return parts(outer).every((one) => parts(inner).some((other) => partCovers(one, other)))
}

/**
 * One step of a pattern: a character; or, longer than that, `one` or `any` number of characters, of which the fifth
 * character of the step is none (`any!/` holds no slash).
 */
type Step = string

const isAny = (step: Step | undefined): boolean => step?.startsWith('any') ?? false
const forbidden = (step: Step): string | undefined => step[4]

/** Placeholders of AWS's resource types whose values have a known shape: never empty, and without that character. */
const shapes: Readonly<Record<string, string>> = { Partition: ':', Region: ':', Account: ':', BucketName: '/' }

function toSteps(pattern: string): readonly Step[] {
  return [...pattern.matchAll(/\$\{([^}]*)\}|[^]/gu)].flatMap(([piece, name]) => {
    const shape = name === undefined ? undefined : shapes[name]
    if (shape !== undefined) return [`one!${shape}`, `any!${shape}`]
    if (piece === '*' || name !== undefined) return ['any']
    return piece === '?' ? ['one'] : [piece]
  })
}

function stepsMeet(one: Step, other: Step): boolean {
  if (one.length === 1 && other.length === 1) return one === other
  return forbidden(one) !== other && forbidden(other) !== one
}

/** Whether some text fits both from step `i` and `j` on, row by row from the ends: no recursion, no backtracking. */
function stepsOverlap(one: readonly Step[], other: readonly Step[]): boolean {
  let next: boolean[] = []
  for (let i = one.length; i >= 0; i -= 1) {
    const row: boolean[] = []
    for (let j = other.length; j >= 0; j -= 1) {
      const a = one[i]
      const b = other[j]
      if (a === undefined && b === undefined) row[j] = true
      else if (isAny(a) && isAny(b)) row[j] = next[j]! || row[j + 1]!
      else if (isAny(a)) row[j] = next[j]! || (b !== undefined && stepsMeet(a!, b) && row[j + 1]!)
      else if (isAny(b)) row[j] = row[j + 1]! || (a !== undefined && stepsMeet(a, b!) && next[j]!)
      else row[j] = a !== undefined && b !== undefined && stepsMeet(a, b) && next[j + 1]!
    }
    next = row
  }
  return next[0]!
}

const remembered = new Map<string, boolean>()

/** True if some ARN is in both. */
export function overlap(one: string, other: string): boolean {
  if (one === '*' || other === '*' || one === other) return true
  const key = `${one}\n${other}`
  const known = remembered.get(key)
  if (known !== undefined) return known
  const answer = parts(one).every((a) => parts(other).every((b) => stepsOverlap(toSteps(a), toSteps(b))))
  if (remembered.size > 50_000) remembered.clear()
  remembered.set(key, answer)
  return answer
}

/** The patterns none of which lies in another, sorted. */
export function simplify(patterns: readonly string[]): readonly string[] {
  const unique = [...new Set(patterns)].toSorted()
  return unique.filter((pattern, index) => !unique.some((other, at) => at !== index && covers(other, pattern) && !(covers(pattern, other) && at > index)))
}

/** What lies in one of the first and in one of the second; empty if nothing does. */
export function intersect(some: readonly string[], others: readonly string[]): readonly string[] {
  const found = some.flatMap((one) =>
    others.flatMap((other) => {
      if (covers(one, other)) return [other]
      if (covers(other, one)) return [one]
      return overlap(one, other) ? [[one, other].toSorted().join(both)] : []
    }),
  )
  return simplify(found)
}
