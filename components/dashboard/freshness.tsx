import { CircleCheck, CircleHelp, CircleSlash, OctagonAlert, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { AccountLabel } from '../ui/identifier.tsx'
import { RelativeTime } from '../ui/time.tsx'
import type { TrailFreshness, TrailPanel } from './dashboard-models.ts'

const looks = {
  fresh: { icon: CircleCheck, className: 'text-green-text' },
  late: { icon: TriangleAlert, className: 'text-amber-text' },
  silent: { icon: CircleSlash, className: 'text-orange-text' },
}
const whole = {
  calm: { icon: CircleCheck, className: 'text-green-text' },
  soon: { icon: TriangleAlert, className: 'text-amber-text' },
  bad: { icon: OctagonAlert, className: 'text-red-text' },
  unknown: { icon: CircleHelp, className: 'text-ink-3' },
}

export function Freshness({ trail, now }: { trail: TrailPanel; now: string }): ReactNode {
  const { icon: Icon, className } = whole[trail.state]
  return (
    <div className="divide-y divide-line rounded-lg border border-line bg-surface">
      <div className="flex items-start gap-2.5 px-4 py-2.5 text-sm">
        <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${className}`} />
        <div className="min-w-0 flex-1">
          <p className="font-medium">{trail.headline}</p>
          {trail.issues.map((issue) => (
            <p key={issue} className="font-medium text-orange-text wrap-anywhere">
              {issue}
            </p>
          ))}
          <p className={`text-xs ${trail.newestIsOld ? 'text-ink-2' : 'text-ink-3'}`}>{trail.newestEventAt ? <>Newest event <RelativeTime at={trail.newestEventAt} now={now} /></> : 'No event has come yet'}</p>
        </div>
      </div>
      {trail.items.length > 0 && (
        <ul className="divide-y divide-line">
          {trail.items.map((item) => (
            <AccountRow key={item.account.id} item={item} now={now} />
          ))}
        </ul>
      )}
      {trail.more > 0 && <p className="px-4 py-2 text-xs text-ink-3">{trail.more} more</p>}
    </div>
  )
}

function AccountRow({ item, now }: { item: TrailFreshness; now: string }): ReactNode {
  const { icon: Icon, className } = looks[item.state]
  return (
    <li className="flex min-h-11 items-center gap-2.5 px-4 py-2 text-sm">
      <Icon aria-hidden className={`size-4 shrink-0 ${className}`} />
      <span className="min-w-0 flex-1">
        <AccountLabel account={item.account} className="font-medium" />
        <span className={`block text-xs text-ink-3 ${item.state === 'fresh' ? 'truncate' : 'line-clamp-2'}`}>{item.note}</span>
      </span>
      <span className="shrink-0 text-xs text-ink-3">{item.lastEventAt ? <RelativeTime at={item.lastEventAt} now={now} /> : ''}</span>
    </li>
  )
}
