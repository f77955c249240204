import type { ReactNode } from 'react'
import { Loading, Skeleton, SkeletonHeader, SkeletonRows } from '../ui/skeleton.tsx'

export function PeopleSkeleton(): ReactNode {
  return (
    <Loading what="the people">
      <SkeletonHeader title="People" />
      <Skeleton className="mb-3 h-12 w-full" />
      <SkeletonRows rows={8} columns={4} tall />
    </Loading>
  )
}
