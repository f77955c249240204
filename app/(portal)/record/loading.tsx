import type { ReactNode } from 'react'
import { RecordSkeleton } from '#components/record/record-skeleton.tsx'

export default function Loading(): ReactNode {
  return <RecordSkeleton />
}
