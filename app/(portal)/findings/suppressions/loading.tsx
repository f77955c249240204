import type { ReactNode } from 'react'
import { FindingsSkeleton } from '#components/findings/findings-skeleton.tsx'

export default function Loading(): ReactNode {
  return <FindingsSkeleton title="Suppressions" />
}
