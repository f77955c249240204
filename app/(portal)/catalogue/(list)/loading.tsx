import type { ReactNode } from 'react'
import { CatalogueSkeleton } from '#components/catalogue/catalogue-skeleton.tsx'

export default function Loading(): ReactNode {
  return <CatalogueSkeleton />
}
