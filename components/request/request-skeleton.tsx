import type { ReactNode } from 'react'
import { Loading, Skeleton, SkeletonHeader, SkeletonRows } from '../ui/skeleton.tsx'

export function RequestSkeleton(): ReactNode {
  return (
    <Loading what="the catalogue">
      <SkeletonHeader title="Request access" />
      <div className="grid grid-cols-1 gap-8 lg:grid-cols-[21rem_minmax(0,1fr)]">
        <div>
          <Skeleton className="mb-3 h-8 w-full" />
          <SkeletonRows rows={7} columns={2} tall />
        </div>
        <div className="rounded-lg border border-line bg-surface p-5 max-lg:hidden">
          <Skeleton className="h-6 w-56" />
          <Skeleton className="mt-3 h-4 w-96 max-w-full" />
          <Skeleton className="mt-8 h-8 w-72 max-w-full" />
          <Skeleton className="mt-6 h-20 w-full max-w-md" />
        </div>
      </div>
    </Loading>
  )
}
