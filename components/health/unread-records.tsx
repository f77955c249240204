import type { ReactNode } from 'react'
import { Section } from '../ui/layout.tsx'
import { RelativeTime } from '../ui/time.tsx'
import type { UnreadModel } from './health-models.ts'

/** Nothing where everything could be read. */
export function UnreadRecords({ unread: { count, latest }, now }: { unread: UnreadModel; now: string }): ReactNode {
  if (count === 0) return null
  return (
    <Section id="unreadable" title="Records that could not be read" count={count} aside={latest.length < count ? `The latest ${latest.length}` : 'The rest of each file was read'}>
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
        {latest.map(({ id, source, file, position, reason, seenAt }) => (
          <li key={id} data-live-id={id} className="grid gap-x-6 gap-y-0.5 px-4 py-2.5 md:grid-cols-[minmax(0,1fr)_7rem] md:items-baseline">
            <div className="min-w-0">
              <p className="text-sm font-medium wrap-anywhere">{reason}</p>
              <p className="font-mono text-xs text-ink-2 wrap-anywhere">
                {file}, {position}
              </p>
              <p className="text-xs text-ink-3 wrap-anywhere">{source}</p>
            </div>
            <p className="text-xs text-ink-3 md:text-sm md:text-ink-2">
              <RelativeTime at={seenAt} now={now} />
            </p>
          </li>
        ))}
      </ul>
    </Section>
  )
}
