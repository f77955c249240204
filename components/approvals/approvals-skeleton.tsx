import type { ReactNode } from 'react'
import { Loading, Skeleton, SkeletonHeader, SkeletonRows } from '../ui/skeleton.tsx'

export function ApprovalsSkeleton(): ReactNode {
  return (
    <Loading what="what waits for you">
      <SkeletonHeader title="Approvals" />
      <div className="grid grid-cols-1 gap-6 lg:grid-cols-[24rem_minmax(0,1fr)]">
        <SkeletonRows rows={4} columns={2} tall />
        <div className="flex flex-col gap-4 rounded-lg border border-line bg-surface p-5 max-lg:hidden">
          <Skeleton className="h-6 w-80 max-w-full" />
          <Skeleton className="h-4 w-64" />
          <Skeleton className="h-16 w-full" />
          <Skeleton className="h-32 w-full" />
        </div>
      </div>
    </Loading>
  )
}
