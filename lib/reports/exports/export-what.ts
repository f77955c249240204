import { z } from 'zod'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { filterSchema } from '../filters.ts'
import { questionFor } from '../questions/all-questions.ts'
import type { EvidenceScope } from '../evidence/evidence-scope.ts'

export const lineFormats = ['csv', 'ndjson'] as const

/** What an export holds, as it is kept: a question with its filters, or the evidence of a period (days of UTC, both included). */
export const exportWhatSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('report'), question: z.string().max(40), filters: filterSchema, format: z.enum(lineFormats) }),
  z.object({ kind: z.literal('evidence'), from: z.iso.date(), to: z.iso.date() }),
])
export type ExportWhat = z.infer<typeof exportWhatSchema>

export const exportStates = ['waiting', 'running', 'done', 'failed', 'expired'] as const

/** Whether somebody may have what an export holds, at this moment. */
export const mayTake = (viewer: Viewer, what: ExportWhat): boolean => (what.kind === 'evidence' ? hasRole(viewer, 'auditor', 'admin') : questionFor(viewer, what.question) !== undefined)

/** The moments that two days lie between, both included. */
export const periodOf = ({ from, to }: { from: string; to: string }): Extract<EvidenceScope, { from: Date }> => ({ from: new Date(from), to: new Date(Date.parse(to) + 86_400_000) })
