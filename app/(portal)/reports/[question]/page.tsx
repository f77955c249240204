import type { Metadata } from 'next'
import { forbidden, notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { z } from 'zod'
import { ReportPage } from '#components/reports/report-page.tsx'
import { isStorable, storableTime } from '#lib/config/typed-text.ts'
import { filterSchema } from '#lib/reports/filters.ts'
import { allQuestions, questionFor } from '#lib/reports/questions/all-questions.ts'
import { choosePeopleAction } from '#app/_actions/people.actions.ts'
import { reportPage } from '#app/_server/report-view.ts'
import { requireRole } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Report' }

const afterSchema = z.string().max(300).catch('').default('')
type Props = { params: Promise<{ question: string }>; searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function Report({ params, searchParams }: Props): Promise<ReactNode> {
  const { question: id } = await params
  const viewer = await requireRole(`/reports/${encodeURIComponent(id)}`, 'responder', 'auditor', 'admin')
  if (!allQuestions.some((question) => question.id === id)) notFound()
  const question = questionFor(viewer, id)
  if (!question) forbidden()
  const query = await searchParams
  const model = await reportPage(viewer, question, filterSchema.parse(query), cursorOf(afterSchema.parse(query.after), question.id_.type))
  return <ReportPage {...model} choose={choosePeopleAction} />
}

function cursorOf(text: string, type: 'uuid' | 'text'): { at: Date; id: string } | null {
  const mark = text.indexOf('~')
  const at = storableTime(text.slice(0, Math.max(0, mark)))
  const id = text.slice(mark + 1)
  const readable = type === 'uuid' ? z.uuid().safeParse(id).success : id !== '' && isStorable(id)
  return mark > 0 && at && readable ? { at, id } : null
}
