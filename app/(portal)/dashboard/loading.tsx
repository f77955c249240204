import type { ReactNode } from 'react'
import { DashboardSkeleton } from '#components/dashboard/dashboard-skeleton.tsx'

export default function Loading(): ReactNode {
  return <DashboardSkeleton />
}
