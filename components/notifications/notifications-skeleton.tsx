import type { ReactNode } from 'react'
import { Loading, SkeletonHeader, SkeletonRows } from '../ui/skeleton.tsx'

export function NotificationsSkeleton(): ReactNode {
  return (
    <Loading what="the notifications">
      <SkeletonHeader title="Notifications" />
      <SkeletonRows rows={6} columns={2} tall />
    </Loading>
  )
}
