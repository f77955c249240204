import type { FindingState, Severity } from '../models.ts'

export type LeftBehindModel = {
  things: { of: string; name: string; changes: string[]; severity: Severity; at: string; finding: { href: string; state: FindingState } | null }[]
  /** Up to when CloudTrail has told; later events may still come. */
  knownUntil: string | null
}
