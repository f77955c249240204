import type { ReactNode } from 'react'
import { Loading, SkeletonHeader, SkeletonRows } from '../ui/skeleton.tsx'

export function HealthSkeleton(): ReactNode {
  return (
    <Loading what="the health of Latchkey">
      <SkeletonHeader title="Health" />
      <SkeletonRows rows={6} columns={4} tall />
    </Loading>
  )
}
