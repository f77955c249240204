import type { ReactNode } from 'react'
import { Loading, SkeletonHeader, SkeletonRows } from '#components/ui/skeleton.tsx'

export default function LoadingExports(): ReactNode {
  return (
    <Loading what="your exports">
      <SkeletonHeader title="Exports" />
      <SkeletonRows rows={5} columns={5} />
    </Loading>
  )
}
