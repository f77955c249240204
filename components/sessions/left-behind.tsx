import { Undo2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { Badge, FindingStateBadge, SeverityBadge } from '../ui/badge.tsx'
import { Identifier } from '../ui/identifier.tsx'
import { Section } from '../ui/layout.tsx'
import { ClockTime } from '../ui/time.tsx'
import type { LeftBehindModel, LeftThingModel } from './left-behind-model.ts'

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
            <Thing key={`${thing.of} ${thing.name} ${thing.accountId ?? ''}`} thing={thing} now={now} />
          ))}
        </ul>
      )}
    </Section>
  )
}

function Thing({ thing, now }: { thing: LeftThingModel; now: string }): ReactNode {
  const { of, name, accountId, changes, more, takenBack, severity, finding } = thing
  const badge = takenBack ? <Badge tone="green" icon={Undo2}>Taken back</Badge> : <SeverityBadge severity={severity} />
  return (
    <li className="px-4 py-2.5">
      <div className="flex items-start justify-between gap-x-3">
        <p className="flex min-w-0 flex-wrap items-baseline gap-x-1.5 text-sm">
          <span className="font-medium">{of}</span>
          <Identifier value={name} what={of} />
          {accountId && <span className="text-xs text-ink-2">in account <span className="tabular font-mono">{accountId}</span></span>}
        </p>
        {finding ? (
          <AppLink href={finding.href} className="relative -m-1 flex shrink-0 flex-wrap justify-end gap-1 rounded-md p-1 hover:bg-hover">
            <span className="sr-only">{`Finding about ${of} ${name}: `}</span>
            {badge}
            <FindingStateBadge state={finding.state} />
          </AppLink>
        ) : (
          badge
        )}
      </div>
      <ol className="mt-1.5 flex flex-col gap-1.5 text-xs">
        {changes.map((change) => (
          <Change key={change.words} change={change} now={now} />
        ))}
      </ol>
      {more > 0 && <p className="mt-1 text-xs text-ink-3">and {more.toLocaleString('en')} more {more === 1 ? 'change' : 'changes'}</p>}
    </li>
  )
}

function Change({ change: { words, call, at, eventId, times, takenBack }, now }: { change: LeftThingModel['changes'][number]; now: string }): ReactNode {
  return (
    <li className="flex flex-wrap items-center gap-x-3">
      <span className="min-w-0 [overflow-wrap:anywhere]">{words}{times > 1 && ` ${times.toLocaleString('en')} times`}</span>
      <span className="inline-flex flex-wrap items-center gap-x-2 text-ink-3">
        <span className="font-mono">{call}</span>
        <ClockTime at={at} now={now} />
        <Identifier value={eventId} what="event identifier" className="max-sm:hidden" />
      </span>
      {takenBack && (
        <span className="flex basis-full flex-wrap items-center gap-x-1 text-green-text">
          <Undo2 aria-hidden className="size-3" strokeWidth={2.25} />
          taken back <ClockTime at={takenBack.at} now={now} /> by <span className="font-mono">{takenBack.call}</span>
        </span>
      )}
    </li>
  )
}
