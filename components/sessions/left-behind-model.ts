import type { FindingState, Severity } from '../models.ts'

type LeftChangeModel = { words: string; call: string; at: string; eventId: string; times: number; takenBack: { call: string; at: string } | null }
export type LeftThingModel = {
  of: string
  name: string
  /** Where that is not the grant's account. */
  accountId: string | null
  changes: LeftChangeModel[]
  /** How many changes are not among them. */
  more: number
  /** All of it was, since. */
  takenBack: boolean
  severity: Severity
  finding: { href: string; state: FindingState } | null
}
export type LeftBehindModel = {
  things: LeftThingModel[]
  /** Up to when CloudTrail has told; later events may still come. */
  knownUntil: string | null
}
