'use server'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import type { ActionState } from '#components/models.ts'
import { refuse } from '#lib/config/result.ts'
import { deleteExport } from '#lib/reports/exports/exports.queries.ts'
import { type ExportWhat, lineFormats } from '#lib/reports/exports/export-what.ts'
import { startExport } from '#lib/reports/exports/start-export.ts'
import { filterSchema } from '#lib/reports/filters.ts'
import { act } from '#app/_server/act.ts'
import { formField } from '#app/_server/form-field.ts'
import { getServices } from '#app/_server/services.ts'

const reportSchema = z.object({ question: z.string().max(40), query: z.string().max(2_000), format: z.enum(lineFormats) })
const periodSchema = z.object({ from: z.iso.date(), to: z.iso.date() })
const exportSchema = z.object({ exportId: z.uuid() })

/** Has the answer to a question made as a file in the background. */
export async function exportReportAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = reportSchema.safeParse({ question: formField(form, 'question'), query: formField(form, 'query') ?? '', format: formField(form, 'format') })
  if (!input.success) return refuse('invalid', 'Choose a question and a format.')
  const { question, query, format } = input.data
  return start({ kind: 'report', question, format, filters: filterSchema.parse(Object.fromEntries(new URLSearchParams(query))) })
}

/** Has the evidence of a period made in the background. */
export async function exportEvidenceAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = periodSchema.safeParse({ from: formField(form, 'from'), to: formField(form, 'to') })
  return input.success ? start({ kind: 'evidence', ...input.data }) : refuse('invalid', 'Choose the first and the last day.')
}

async function start(what: ExportWhat): Promise<ActionState> {
  return act('start export', { fresh: false, limit: 'decisions' }, async (viewer) => {
    const { db, queue, clock, config } = await getServices()
    const started = await startExport({ db, queue, mostExports: config.exportsPerPerson }, viewer, what, clock())
    if (!started.ok) return started
    revalidatePath('/reports', 'layout')
    return { ok: true as const, message: 'It is being made. Exports shows how far it is, and you are told when it is ready.' }
  })
}

/** Deletes one's own export, or ends its making. */
export async function deleteExportAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = exportSchema.safeParse({ exportId: formField(form, 'exportId') })
  if (!input.success) return refuse('not_found', 'There is no such export of yours.')
  return act('delete export', { fresh: false, limit: 'decisions' }, async (viewer) => {
    const { db } = await getServices()
    const result = await deleteExport(db, viewer, input.data.exportId)
    if (!result.ok) return result
    revalidatePath('/reports', 'layout')
    return { ok: true as const, message: 'Deleted.' }
  })
}
