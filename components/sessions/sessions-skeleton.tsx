import type { ReactNode } from 'react'
import { Loading, Skeleton, SkeletonHeader, SkeletonRows } from '../ui/skeleton.tsx'

export function SessionsSkeleton(): ReactNode {
  return (
    <Loading what="the sessions">
      <SkeletonHeader title="Sessions" />
      <Skeleton className="mb-3 h-12 w-full" />
      <SkeletonRows rows={10} columns={6} />
    </Loading>
  )
}

