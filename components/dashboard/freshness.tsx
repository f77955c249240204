import { CircleCheck, CircleSlash, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { AccountLabel } from '../ui/identifier.tsx'
import { RelativeTime } from '../ui/time.tsx'
import type { TrailFreshness } from './dashboard-models.ts'

const looks = {
  fresh: { icon: CircleCheck, className: 'text-green-text' },
  late: { icon: TriangleAlert, className: 'text-amber-text' },
  silent: { icon: CircleSlash, className: 'text-orange-text' },
}

export function Freshness({ items, now }: { items: TrailFreshness[]; now: string }): ReactNode {
  if (items.length === 0) return <p className="rounded-lg border border-dashed border-line-strong px-4 py-5 text-sm text-ink-2">No account sends CloudTrail events yet.</p>
  return (
    <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
      {items.map((item) => {
        const { icon: Icon, className } = looks[item.state]
        return (
          <li key={item.account.id} className="flex min-h-11 items-center gap-2.5 px-4 py-2 text-sm">
            <Icon aria-hidden className={`size-4 shrink-0 ${className}`} />
            <span className="min-w-0 flex-1">
              <AccountLabel account={item.account} className="font-medium" />
              <span className="block truncate text-xs text-ink-3">{item.note}</span>
            </span>
            <span className="shrink-0 text-xs text-ink-3">{item.lastEventAt ? <RelativeTime at={item.lastEventAt} now={now} /> : 'never'}</span>
          </li>
        )
      })}
    </ul>
  )
}
