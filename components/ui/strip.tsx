import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { AppLink } from './app-link.tsx'
import { ClockTime } from './time.tsx'

export type StripModel = { id: string; what: string; since: string; stillWorks?: string; href?: string }

/** Only when something is wrong with the portal itself: since when, and what still works. */
export function Strip({ notice, now }: { notice: StripModel; now: string }): ReactNode {
  return (
    <div className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 border-b border-line bg-amber-soft px-4 py-2 text-sm text-amber-text md:px-6">
      <TriangleAlert aria-hidden className="size-4 shrink-0 self-center" />
      <span className="font-medium">
        {notice.what} since <ClockTime at={notice.since} now={now} />.
      </span>
      {notice.stillWorks && <span>{notice.stillWorks}</span>}
      {notice.href && (
        <AppLink href={notice.href} className="font-medium underline underline-offset-2">
          Details
        </AppLink>
      )}
    </div>
  )
}
