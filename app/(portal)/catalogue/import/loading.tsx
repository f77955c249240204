import type { ReactNode } from 'react'
import { ImportSkeleton } from '#components/catalogue/catalogue-skeleton.tsx'

export default function Loading(): ReactNode {
  return <ImportSkeleton />
}
