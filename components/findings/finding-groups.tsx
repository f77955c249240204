import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { SeverityBadge } from '../ui/badge.tsx'
import { RelativeTime } from '../ui/time.tsx'
import type { FindingGroupRow } from './findings-models.ts'

/** What findings have in common, each with how many there are; the findings are a click away. */
export function FindingGroups({ groups, now }: { groups: FindingGroupRow[]; now: string }): ReactNode {
  return (
    <ul data-live-hold className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
      {groups.map((group) => (
        <li key={group.key}>
          <AppLink href={group.href} className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1 px-4 py-2.5 outline-offset-[-2px] hover:bg-hover md:grid-cols-[5.5rem_minmax(0,1fr)_auto_auto]">
            <span className="max-md:row-start-2"><SeverityBadge severity={group.severity} /></span>
            <span className="min-w-0 max-md:col-span-2">
              <span className="block truncate text-sm font-medium max-md:whitespace-normal">{group.label}</span>
              {group.detail && <span className="block truncate text-xs text-ink-3">{group.detail}</span>}
            </span>
            <span className="tabular text-sm text-ink-2 max-md:hidden">{group.counts}</span>
            <span className="justify-self-end text-xs text-ink-3 max-md:row-start-2 md:min-w-20 md:text-right">
              <span className="tabular md:hidden">{group.counts}, </span>
              <RelativeTime at={group.at} now={now} focusable={false} />
            </span>
          </AppLink>
        </li>
      ))}
    </ul>
  )
}
