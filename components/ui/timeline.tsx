import { clsx } from 'clsx'
import { CircleCheck, CircleDot, CircleSlash, CircleX, Hourglass, KeyRound, MessageSquare, Radio, TriangleAlert, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import type { TimelineEntry, TimelineKind } from '../models.ts'
import { Quote } from './layout.tsx'
import { RelativeTime } from './time.tsx'

const looks: Record<TimelineKind, { icon: LucideIcon; className: string }> = {
  asked: { icon: MessageSquare, className: 'text-ink-3' },
  approved: { icon: CircleCheck, className: 'text-green-text' },
  denied: { icon: CircleX, className: 'text-red-text' },
  active: { icon: CircleDot, className: 'text-green-text' },
  lease: { icon: KeyRound, className: 'text-accent-text' },
  event: { icon: Radio, className: 'text-ink-3' },
  finding: { icon: TriangleAlert, className: 'text-orange-text' },
  ended: { icon: CircleSlash, className: 'text-ink-3' },
  waiting: { icon: Hourglass, className: 'text-amber-text' },
  failed: { icon: TriangleAlert, className: 'text-orange-text' },
}

export function Timeline({ entries, now, label }: { entries: TimelineEntry[]; now: string; label: string }): ReactNode {
  return (
    <ol aria-label={label}>
      {entries.map((entry) => {
        const { icon: Icon, className } = looks[entry.kind]
        return (
          <li key={entry.id} data-live-id={entry.id} className="group relative flex gap-3 pb-5 last:pb-0">
            <span aria-hidden className="absolute top-6 bottom-0.5 left-2 w-px bg-line-strong group-last:hidden" />
            <Icon aria-hidden className={clsx('mt-0.5 size-4 shrink-0', className, entry.at === null && 'opacity-70')} />
            <div className="min-w-0 flex-1">
              <p className="flex flex-wrap items-baseline justify-between gap-x-4 text-sm">
                <span className={clsx('font-medium', entry.at === null && 'text-ink-2')}>
                  {entry.title}
                  {entry.by && <span className="font-normal text-ink-2"> by {entry.by}</span>}
                </span>
                {entry.at && <RelativeTime at={entry.at} now={now} className="text-xs text-ink-3" />}
              </p>
              {entry.detail && <p className="mt-0.5 text-sm text-ink-2">{entry.detail}</p>}
              {entry.quote && <Quote className="mt-1.5">{entry.quote}</Quote>}
            </div>
          </li>
        )
      })}
    </ol>
  )
}
