import type { ReactNode } from 'react'
import { Loading, SkeletonHeader, SkeletonRows } from '../ui/skeleton.tsx'

export function MyAccessSkeleton(): ReactNode {
  return (
    <Loading what="your access">
      <SkeletonHeader title="My access" />
      <div className="mb-8">
        <SkeletonRows rows={2} columns={3} tall />
      </div>
      <SkeletonRows rows={4} columns={5} />
    </Loading>
  )
}
