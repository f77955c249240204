import type { ReactNode } from 'react'
import { Loading, Skeleton, SkeletonHeader, SkeletonRows } from '../ui/skeleton.tsx'

export function FindingsSkeleton(): ReactNode {
  return (
    <Loading what="the findings">
      <SkeletonHeader title="Findings" />
      <Skeleton className="mb-3 h-12 w-full" />
      <SkeletonRows rows={6} columns={4} tall />
    </Loading>
  )
}
