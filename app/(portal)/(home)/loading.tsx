import type { ReactNode } from 'react'
import { MyAccessSkeleton } from '#components/my-access/my-access-skeleton.tsx'

export default function Loading(): ReactNode {
  return <MyAccessSkeleton />
}
