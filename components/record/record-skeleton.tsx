import type { ReactNode } from 'react'
import { Loading, Skeleton, SkeletonHeader, SkeletonRows } from '../ui/skeleton.tsx'

export function RecordSkeleton(): ReactNode {
  return (
    <Loading what="the log">
      <SkeletonHeader title="Log" />
      <Skeleton className="mb-3 h-12 w-full" />
      <SkeletonRows rows={12} columns={4} />
    </Loading>
  )
}
