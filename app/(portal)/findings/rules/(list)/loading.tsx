import type { ReactNode } from 'react'
import { RulesSkeleton } from '#components/rules/rules-skeleton.tsx'

export default function Loading(): ReactNode {
  return <RulesSkeleton />
}
