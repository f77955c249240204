import { clsx } from 'clsx'
import type { ReactNode } from 'react'

export function Skeleton({ className }: { className: string }): ReactNode {
  return <span aria-hidden className={clsx('skeleton block', className)} />
}

/** One polite sentence for readers; the shapes are only for eyes. */
export function Loading({ what, children }: { what: string; children: ReactNode }): ReactNode {
  return (
    <div aria-busy="true">
      <p role="status" className="sr-only">
        Loading {what}…
      </p>
      {children}
    </div>
  )
}

/** The title is known before the data: it is written, not drawn. */
export function SkeletonHeader({ title }: { title: string }): ReactNode {
  return (
    <div className="mb-5 flex flex-col gap-1">
      <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
      <Skeleton className="h-4 w-72 max-w-full" />
    </div>
  )
}

const widths = ['w-40', 'w-28', 'w-52', 'w-24', 'w-36', 'w-20']

export function SkeletonRows({ rows, columns, tall = false }: { rows: number; columns: number; tall?: boolean }): ReactNode {
  return (
    <div className="rounded-lg border border-line bg-surface">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className={clsx('grid auto-cols-fr grid-flow-col items-center gap-6 border-b border-line px-4 last:border-b-0', tall ? 'h-18' : 'h-10')}>
          {Array.from({ length: columns }, (_, column) => (
            <Skeleton key={column} className={clsx('h-3.5 max-w-full shrink', widths[(row + column) % widths.length], column > 1 && 'hidden sm:block')} />
          ))}
        </div>
      ))}
    </div>
  )
}
