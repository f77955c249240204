import type { ReactNode } from 'react'
import { Loading, Skeleton, SkeletonHeader, SkeletonRows } from '../ui/skeleton.tsx'

export function ReportSkeleton(): ReactNode {
  return (
    <Loading what="the report">
      <SkeletonHeader title="Report" />
      <Skeleton className="mb-3 h-12 w-full" />
      <Skeleton className="mb-4 h-14 w-full max-w-xl" />
      <SkeletonRows rows={12} columns={6} />
    </Loading>
  )
}
