import type { ReactNode } from 'react'
import { Loading, Skeleton, SkeletonHeader, SkeletonRows } from '../ui/skeleton.tsx'

export function FindingsSkeleton({ title = 'Findings' }: { title?: string }): ReactNode {
  return (
    <Loading what={`the ${title.toLowerCase()}`}>
      <SkeletonHeader title={title} />
      <Skeleton className="mb-3 h-12 w-full" />
      <SkeletonRows rows={6} columns={4} tall />
    </Loading>
  )
}
