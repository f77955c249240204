import { z } from 'zod'

/** Kinds of record entries that begin with `kinds` (all of them where it is empty) lose their personal values after `days`. */
export type RetentionRule = { kinds: string; days: number }

const rule = /^(\*|[a-z]+(?:\.[a-z]+)*)=(\d{1,5})$/

/**
 * RECORD_RETENTION: `kind=days` with commas between, such as `signin=90, request=1095, *=2555`. A kind covers those that
 * begin with it, the longest match counts, and `*` is for all others. Nothing there: nothing is ever let go.
 */
export const retentionRules = z
  .string()
  .optional()
  .transform((text, context): RetentionRule[] => {
    const parts = (text ?? '').split(',').map((part) => part.trim()).filter(Boolean)
    return parts.flatMap((part) => {
      const match = rule.exec(part)
      const days = Number(match?.[2])
      if (match && days >= 1) return [{ kinds: match[1] === '*' ? '' : (match[1] ?? ''), days }]
      context.addIssue({ code: 'custom', message: `has "${part.slice(0, 40)}"; write kind=days, such as signin=90 or *=2555` })
      return []
    })
  })

/** After how many days entries of a kind lose their personal values; undefined: never. */
export function retentionDays(rules: readonly RetentionRule[], kind: string): number | undefined {
  const fitting = rules.filter(({ kinds }) => kinds === '' || kind === kinds || kind.startsWith(`${kinds}.`))
  return fitting.toSorted((one, other) => other.kinds.length - one.kinds.length)[0]?.days
}
