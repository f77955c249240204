import { forbidden, notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { allQuestions, questionFor } from '#lib/reports/questions/all-questions.ts'
import { requireRole } from '#app/_server/viewer.ts'

type Props = { children: ReactNode; params: Promise<{ question: string }> }

/** The page below streams: the status is right only when it is said here. */
export default async function Layout({ children, params }: Props): Promise<ReactNode> {
  const { question } = await params
  const viewer = await requireRole(`/reports/${encodeURIComponent(question)}`, 'responder', 'auditor', 'admin')
  if (!allQuestions.some(({ id }) => id === question)) notFound()
  if (!questionFor(viewer, question)) forbidden()
  return children
}
