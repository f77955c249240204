import type { ReactNode } from 'react'
import { HealthSkeleton } from '#components/health/health-skeleton.tsx'

export default function Loading(): ReactNode {
  return <HealthSkeleton />
}
