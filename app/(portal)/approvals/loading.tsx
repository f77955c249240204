import type { ReactNode } from 'react'
import { ApprovalsSkeleton } from '#components/approvals/approvals-skeleton.tsx'

export default function Loading(): ReactNode {
  return <ApprovalsSkeleton />
}
