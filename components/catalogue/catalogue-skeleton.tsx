import type { ReactNode } from 'react'
import { Loading, Skeleton, SkeletonHeader, SkeletonRows } from '../ui/skeleton.tsx'

export function CatalogueSkeleton(): ReactNode {
  return (
    <Loading what="the catalogue">
      <SkeletonHeader title="Catalogue" />
      <Skeleton className="mb-4 h-12 w-full" />
      <Skeleton className="mb-2 h-5 w-48" />
      <SkeletonRows rows={6} columns={3} tall />
    </Loading>
  )
}

export function ChangesSkeleton(): ReactNode {
  return (
    <Loading what="the changes">
      <SkeletonHeader title="Changes of the catalogue" />
      <SkeletonRows rows={3} columns={2} tall />
    </Loading>
  )
}

/** AWS is asked meanwhile, which takes some seconds. */
export function ImportSkeleton(): ReactNode {
  return (
    <Loading what="what AWS has">
      <SkeletonHeader title="Import from AWS" />
      <SkeletonRows rows={4} columns={3} />
    </Loading>
  )
}
