import type { ReactNode } from 'react'
import { SessionsSkeleton } from '#components/sessions/sessions-skeleton.tsx'

export default function Loading(): ReactNode {
  return <SessionsSkeleton />
}
