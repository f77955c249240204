/** A value of a report's cell: text as it is, a number, a moment, a yes or no, or nothing. */
export type Cell = string | number | boolean | Date | null

/** A column: `key` names it in files, `label` on pages. */
export type ReportColumn = { key: string; label: string }

/** One answer to one question, as every format writes it: what was asked, with which filters, and the rows in their order. */
export type ReportTable = {
  /** The question's id, as in its address. */
  id: string
  /** The question in words. */
  title: string
  filters: readonly { label: string; value: string }[]
  columns: readonly ReportColumn[]
  rows: AsyncIterable<readonly Cell[]>
}
