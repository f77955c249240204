import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { FindingStateBadge, SeverityBadge } from '../ui/badge.tsx'
import { AccountLabel, Identifier } from '../ui/identifier.tsx'
import { Stat } from '../ui/layout.tsx'
import { RelativeTime } from '../ui/time.tsx'
import type { FindingRow, TriageActions } from './findings-models.ts'
import { FindingActions } from './finding-actions.tsx'

const stateWords = { acknowledged: 'acknowledged', closed: 'closed', suppressed: 'suppressed' }

type Props = { finding: FindingRow; now: string; triage: TriageActions | null; opened?: boolean }

/** A native disclosure: it opens by keyboard, prints open, and needs no script. */
export function FindingItem({ finding, now, triage, opened = false }: Props): ReactNode {
  return (
    <li id={finding.id} data-live-id={finding.id} data-finding>
      <details className="group" open={opened}>
        <summary className="grid list-none grid-cols-[1rem_minmax(0,1fr)] items-center gap-x-3 gap-y-1 px-4 py-2.5 outline-offset-[-2px] hover:bg-hover md:grid-cols-[1rem_5.5rem_minmax(0,1fr)_auto_auto]">
          <ChevronRight aria-hidden className="size-4 text-ink-3 transition-transform group-open:rotate-90" />
          <span className="max-md:col-start-2 max-md:row-start-2">
            <SeverityBadge severity={finding.severity} />
          </span>
          <span className="min-w-0 max-md:col-start-2 max-md:row-start-1">
            <span className="block text-sm font-medium">{finding.title}</span>
            <span className="block truncate text-sm text-ink-2 max-md:whitespace-normal">
              {finding.person?.name ?? 'Nobody known'}
              {finding.account && `, ${finding.account.name}`}
              {finding.state !== 'open' && <span className="text-ink-3 md:hidden"> · {stateWords[finding.state]}</span>}
              {finding.assigned && <span className="text-ink-3"> · {finding.assigned.me ? 'yours' : `with ${finding.assigned.name}`}</span>}
            </span>
          </span>
          <span className="max-md:hidden">
            <FindingStateBadge state={finding.state} />
          </span>
          <RelativeTime at={finding.at} now={now} focusable={false} className="text-xs text-ink-3 max-md:col-start-2 max-md:row-start-2 max-md:justify-self-end md:min-w-20 md:text-right" />
        </summary>
        <Evidence finding={finding} triage={triage} />
      </details>
    </li>
  )
}

function Evidence({ finding, triage }: Pick<Props, 'finding' | 'triage'>): ReactNode {
  return (
    <div className="border-t border-line bg-sunken px-4 py-4 md:pl-11">
      <p className="max-w-[75ch] text-sm">{finding.what}</p>
      <dl className="mt-3 grid grid-cols-1 gap-x-6 gap-y-3 sm:grid-cols-2 lg:grid-cols-4">
        {finding.account && (
          <Stat label="Account">
            <AccountLabel account={finding.account} badge />
          </Stat>
        )}
        <Stat label="Rule">{finding.rule.href ? <AppLink href={finding.rule.href}>{finding.rule.name}</AppLink> : finding.rule.name}</Stat>
        {finding.evidence.map((item) => (
          <Stat key={`${item.label} ${item.value}`} label={item.label}>
            {item.mono ? <Identifier value={item.value} what={item.label.toLowerCase()} /> : item.value}
          </Stat>
        ))}
      </dl>
      {finding.request && (
        <p className="mt-3 text-sm text-ink-2">
          Asked for because: “{finding.request.reason}”{' '}
          <AppLink href={finding.request.href} className="text-accent-text underline underline-offset-2">
            See the request
          </AppLink>
        </p>
      )}
      {finding.notes.map((note) => <p key={note} className="mt-3 max-w-[75ch] text-sm text-ink-2">{note}</p>)}
      {triage && finding.state !== 'closed' && (
        <FindingActions finding={finding} triage={triage} />
      )}
      {finding.raw && (
        <pre tabIndex={0} aria-label="The event as CloudTrail wrote it" className="mt-4 max-h-72 overflow-auto rounded-md border border-line bg-surface p-3 font-mono text-xs leading-5">
          {finding.raw}
        </pre>
      )}
    </div>
  )
}
