import type { ReactNode } from 'react'
import { NotificationsSkeleton } from '#components/notifications/notifications-skeleton.tsx'

export default function Loading(): ReactNode {
  return <NotificationsSkeleton />
}
