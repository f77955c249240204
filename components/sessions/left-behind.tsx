import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { FindingStateBadge, SeverityBadge } from '../ui/badge.tsx'
import { Identifier } from '../ui/identifier.tsx'
import { Section } from '../ui/layout.tsx'
import { ClockTime } from '../ui/time.tsx'
import type { LeftBehindModel } from './left-behind-model.ts'

/** What outlives the access; where there is nothing, `empty` is said, or the section is left out. */
export function LeftBehind({ left, now, empty }: { left: LeftBehindModel; now: string; empty?: string }): ReactNode {
  const { things, knownUntil } = left
  if (things.length === 0 && empty === undefined) return null
  return (
    <Section id="left-behind" title="Left behind" {...(things.length > 0 ? { count: things.length } : {})} aside={knownUntil && <>as far as CloudTrail has told, until <ClockTime at={knownUntil} now={now} /></>}>
      {things.length === 0 ? (
        <p className="text-sm text-ink-2">{empty}</p>
      ) : (
        <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
          {things.map((thing) => (
            <li key={`${thing.of} ${thing.name}`} className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-3 gap-y-1 px-4 py-2.5">
              <div className="min-w-0 text-sm">
                <p className="flex flex-wrap items-baseline gap-x-1.5"><span className="font-medium">{thing.of}</span><Identifier value={thing.name} what={thing.of} /></p>
                <p className="mt-0.5 text-xs text-ink-2 [overflow-wrap:anywhere]">{thing.changes.join(', then ')}</p>
                <p className="mt-0.5 text-xs text-ink-3"><ClockTime at={thing.at} now={now} /></p>
              </div>
              {thing.finding ? (
                <AppLink href={thing.finding.href} aria-label={`Finding about ${thing.of} ${thing.name}`} className="flex flex-col items-end gap-1 rounded-md p-1 hover:bg-hover">
                  <SeverityBadge severity={thing.severity} />
                  <FindingStateBadge state={thing.finding.state} />
                </AppLink>
              ) : (
                <SeverityBadge severity={thing.severity} />
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
