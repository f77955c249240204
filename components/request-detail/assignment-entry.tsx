import { ExternalLink } from 'lucide-react'
import type { ReactNode } from 'react'
import { AccountLabel } from '../ui/identifier.tsx'
import { Card, Section } from '../ui/layout.tsx'
import { ClockTime } from '../ui/time.tsx'
import { durationText } from '../ui/time-format.ts'
import type { AccountRef } from '../models.ts'
import type { AssignmentEntryModel } from './request-detail-models.ts'

/** How access through Identity Center is used, and until when what is opened with it may live. */
export function AssignmentEntry({ entry, account, now }: { entry: AssignmentEntryModel; account: AccountRef; now: string }): ReactNode {
  return (
    <Section id="sign-in" title="Single sign-on" className="mb-6">
      <Card className="p-4">
        <p className="text-sm text-ink-2">{entry.sentence}</p>
        {entry.problem && <p className="mt-2 rounded-md bg-orange-soft px-3 py-2 text-sm text-orange-text">AWS does not have the assignment as it should: {entry.problem} It is tried again.</p>}
        <dl className="mt-3 grid gap-x-6 gap-y-0.5 text-sm max-sm:[&>dd]:mb-1.5 sm:gap-y-2 sm:grid-cols-[9rem_minmax(0,1fr)]">
          {entry.portal && (
            <>
              <dt className="text-ink-3">Sign in at</dt>
              <dd>{entry.portal.url ? <PortalLink url={entry.portal.url} /> : 'Your company\u2019s AWS access portal'}</dd>
            </>
          )}
          <dt className="text-ink-3">Account</dt>
          <dd>
            <AccountLabel account={account} />
          </dd>
          <dt className="text-ink-3">Permission set</dt>
          <dd className="font-mono text-xs leading-5 wrap-anywhere">{entry.permissionSet}</dd>
          <dt className="text-ink-3">A session lasts</dt>
          <dd>{durationText(entry.sessionMinutes)}</dd>
          {entry.mayLiveUntil && (
            <>
              <dt className="text-ink-3">May live until</dt>
              <dd>
                <ClockTime at={entry.mayLiveUntil} now={now} />
                <span className="block text-ink-2">A session opened just before the end; AWS cannot take it back.</span>
              </dd>
            </>
          )}
        </dl>
      </Card>
    </Section>
  )
}

function PortalLink({ url }: { url: string }): ReactNode {
  return (
    <a href={url} target="_blank" rel="noopener noreferrer" className="inline-flex items-center gap-1 text-accent-text underline underline-offset-2 wrap-anywhere">
      {url.replace(/^https:\/\//, '')}
      <ExternalLink aria-hidden className="size-3.5 shrink-0" />
    </a>
  )
}
