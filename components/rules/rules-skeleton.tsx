import type { ReactNode } from 'react'
import { Loading, Skeleton, SkeletonHeader, SkeletonRows } from '../ui/skeleton.tsx'

export function RulesSkeleton(): ReactNode {
  return (
    <Loading what="the rules">
      <SkeletonHeader title="Detection rules" />
      <Skeleton className="mb-3 h-12 w-full" />
      <SkeletonRows rows={12} columns={5} />
    </Loading>
  )
}
