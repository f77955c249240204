import { ArrowLeft, ArrowRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { LinkButton } from './button.tsx'

export type PaginationModel = { newerHref: string | null; olderHref: string | null }

export function Pagination({ newerHref, olderHref, label }: PaginationModel & { label: string }): ReactNode {
  if (!newerHref && !olderHref) return null
  return (
    <nav aria-label={label} data-print="no" className="mt-3 flex justify-end gap-2">
      {newerHref && (
        <LinkButton href={newerHref} size="sm" rel="prev">
          <ArrowLeft aria-hidden />
          Newer
        </LinkButton>
      )}
      {olderHref && (
        <LinkButton href={olderHref} size="sm" rel="next">
          Older
          <ArrowRight aria-hidden />
        </LinkButton>
      )}
    </nav>
  )
}
