import { canonicalJson, type Json } from '#lib/record/canonical-json.ts'

/** One way in which two versions of an entry differ. What is not proven to take away counts as widening. */
export type Difference = { facet: string; widens: boolean; sentence: string }

export const widening = (facet: string, sentence: string): Difference => ({ facet, widens: true, sentence })
export const harmless = (facet: string, sentence: string): Difference => ({ facet, widens: false, sentence })

/** Without the keys that hold nothing, as the database keeps it. */
export const plain = (value: unknown): Json => JSON.parse(JSON.stringify(value ?? null)) as Json

export const same = (left: unknown, right: unknown): boolean => canonicalJson(plain(left)) === canonicalJson(plain(right))

/** Whether everything in `part` is also in `whole`. */
export const within = (part: readonly string[], whole: readonly string[]): boolean => part.every((item) => whole.includes(item))

/** A list of names that became longer, shorter, or both; order says nothing. */
export function compareLists(facet: string, what: string, before: readonly string[], after: readonly string[]): Difference[] {
  const added = after.filter((item) => !before.includes(item))
  const removed = before.filter((item) => !after.includes(item))
  return [
    ...(added.length > 0 ? [widening(facet, `${what}: ${added.join(', ')} added.`)] : []),
    ...(removed.length > 0 ? [harmless(facet, `${what}: ${removed.join(', ')} removed.`)] : []),
  ]
}

/** A number of which more is more access; `reversed` where less is. */
export function compareNumbers(facet: string, what: string, before: number, after: number, reversed = false): Difference[] {
  if (before === after) return []
  return [(reversed ? after < before : after > before) ? widening(facet, `${what}: ${before} becomes ${after}.`) : harmless(facet, `${what}: ${before} becomes ${after}.`)]
}

type Comparers<Whole> = { [Field in keyof Required<Whole>]: (before: Whole[Field], after: Whole[Field]) => Difference[] }

/**
 * Compares field by field. A field that changed and of which its comparer says nothing is a widening, and so is a field
 * that no comparer knows: a new one cannot be forgotten.
 */
export function compareFields<Whole extends object>(comparers: Partial<Comparers<Whole>>, before: Whole, after: Whole, place = ''): Difference[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof Whole & string>
  return [...fields].flatMap((field) => {
    if (same(before[field], after[field])) return []
    const said = comparers[field]?.(before[field], after[field]) ?? []
    return said.length > 0 ? said : [widening(`${place}${field}`, `${place}${field} changed.`)]
  })
}
