import type { ReactNode } from 'react'
import { ReportSkeleton } from '#components/reports/report-skeleton.tsx'

export default function Loading(): ReactNode {
  return <ReportSkeleton />
}
