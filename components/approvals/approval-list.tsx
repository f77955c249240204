import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { EnvironmentBadge, RiskBadge } from '../ui/badge.tsx'
import { AccountLabel } from '../ui/identifier.tsx'
import { RelativeTime } from '../ui/time.tsx'
import { durationText } from '../ui/time-format.ts'
import type { ApprovalItem } from './approvals-models.ts'

export function ApprovalList({ items, selectedId, now }: { items: ApprovalItem[]; selectedId: string | null; now: string }): ReactNode {
  return (
    <ul data-live-hold aria-label="Waiting for you" className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
      {items.map((item) => (
        <li key={item.id} data-live-id={item.id}>
          <AppLink
            href={item.href}
            replace
            scroll={false}
            aria-current={item.id === selectedId ? 'true' : undefined}
            className="block border-l-[3px] border-l-transparent py-2.5 pr-4 pl-[13px] outline-offset-[-2px] hover:bg-hover aria-[current=true]:lg:border-l-accent aria-[current=true]:lg:bg-accent-soft"
          >
            <span className="flex items-baseline justify-between gap-3">
              <span className="truncate text-sm font-medium">{item.requester.name}</span>
              <RelativeTime at={item.askedAt} now={now} focusable={false} className="shrink-0 text-xs text-ink-3" />
            </span>
            <span className="mt-0.5 block truncate text-sm text-ink-2">
              {item.profile.name}, {durationText(item.minutes)}
            </span>
            <span className="mt-1.5 flex items-center gap-1.5 text-xs text-ink-3">
              <EnvironmentBadge environment={item.profile.account.environment} />
              <RiskBadge tier={item.profile.riskTier} />
              <AccountLabel account={item.profile.account} focusable={false} className="ml-auto" />
            </span>
          </AppLink>
        </li>
      ))}
    </ul>
  )
}
