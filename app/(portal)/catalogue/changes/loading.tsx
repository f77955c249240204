import type { ReactNode } from 'react'
import { ChangesSkeleton } from '#components/catalogue/catalogue-skeleton.tsx'

export default function Loading(): ReactNode {
  return <ChangesSkeleton />
}
