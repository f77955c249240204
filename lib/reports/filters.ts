import { z } from 'zod'
import { typedText } from '#lib/config/typed-text.ts'

const one = typedText.pipe(z.string().max(200)).catch('').default('')
// The years that AWS and this record can have anything of.
const day = z.union([z.literal(''), z.iso.date().regex(/^20/)]).catch('').default('')
const id = z.union([z.literal(''), z.uuid()]).catch('').default('')

/** A report's filters as they stand in its address; what cannot be read counts as not said. */
export const filterSchema = z.object({ account: one, person: id, profile: one, environment: one, review: id, from: day, to: day, only: one, group: one })
export type ReportFilters = z.infer<typeof filterSchema>
export type FilterName = keyof ReportFilters

/** The moments that two days (in UTC, both included) lie between. */
export function windowOf({ from, to }: Pick<ReportFilters, 'from' | 'to'>): { from: Date; to: Date } {
  return { from: new Date(from === '' ? '2000-01-01' : from), to: new Date((to === '' ? Date.parse('2099-12-30') : Date.parse(to)) + 86_400_000) }
}

/** The filters with a window of `days` up to `now` where no day is said. */
export function withWindow(filters: ReportFilters, days: number | null, now: Date): ReportFilters {
  if (days === null || filters.from !== '' || filters.to !== '') return filters
  return { ...filters, from: new Date(now.getTime() - (days - 1) * 86_400_000).toISOString().slice(0, 10) }
}

/** An address's query of these filters, without what is empty. */
export function queryOf(filters: Partial<ReportFilters>): string {
  return new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== '')).toString()
}
