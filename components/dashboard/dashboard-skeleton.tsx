import type { ReactNode } from 'react'
import { Loading, Skeleton, SkeletonHeader, SkeletonRows } from '../ui/skeleton.tsx'

export function DashboardSkeleton(): ReactNode {
  return (
    <Loading what="the dashboard">
      <SkeletonHeader title="Dashboard" />
      <div className="mb-8 grid grid-cols-2 gap-3 lg:grid-cols-4">
        {['active', 'ending', 'findings', 'outside'].map((tile) => (
          <div key={tile} className="flex h-24 flex-col gap-2 rounded-lg border border-line bg-surface px-4 py-3">
            <Skeleton className="h-3.5 w-24" />
            <Skeleton className="h-7 w-10" />
          </div>
        ))}
      </div>
      <SkeletonRows rows={5} columns={5} />
    </Loading>
  )
}
