import type { ReactNode } from 'react'
import { RequestSkeleton } from '#components/request/request-skeleton.tsx'

export default function Loading(): ReactNode {
  return <RequestSkeleton />
}
