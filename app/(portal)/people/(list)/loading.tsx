import type { ReactNode } from 'react'
import { PeopleSkeleton } from '#components/people/people-skeleton.tsx'

export default function Loading(): ReactNode {
  return <PeopleSkeleton />
}
