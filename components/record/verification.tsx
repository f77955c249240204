import { CircleCheck, CircleHelp, Download, KeyRound, LoaderCircle, type LucideIcon, OctagonAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { ActionButton } from '../ui/action-button.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Identifier } from '../ui/identifier.tsx'
import { Card } from '../ui/layout.tsx'
import { RelativeTime } from '../ui/time.tsx'
import type { VerificationModel } from './record-models.ts'

const looks: Record<'held' | 'broken' | 'failed' | 'never', { icon: LucideIcon; className: string; title: string }> = {
  held: { icon: CircleCheck, className: 'text-green-text', title: 'The record holds' },
  broken: { icon: OctagonAlert, className: 'text-red-text', title: 'The record does not hold' },
  failed: { icon: CircleHelp, className: 'text-amber-text', title: 'The record could not be verified' },
  never: { icon: CircleHelp, className: 'text-ink-3', title: 'Never verified' },
}

/** Whether nobody edited the record, as the portal found it last, and what an auditor needs to find out without it. */
export function Verification({ verification: { running, latest, lastHeldAt, verify, keyId, places }, now }: { verification: VerificationModel; now: string }): ReactNode {
  const { icon: Icon, className, title } = looks[latest?.state ?? 'never']
  return (
    <Card className="mb-5 flex flex-wrap items-start justify-between gap-x-6 gap-y-3 p-4">
      <div className="flex min-w-0 flex-1 basis-96 gap-3">
        <Icon aria-hidden className={`mt-0.5 size-5 shrink-0 ${className}`} />
        <div className="min-w-0">
          <h2 className="text-sm font-semibold">{title}</h2>
          <p className="text-sm text-ink-2">
            {latest ? (
              <>
                {latest.sentence} Verified <RelativeTime at={latest.at} now={now} />.
              </>
            ) : (
              'Latchkey verifies every entry once a day, against the checkpoints outside the database.'
            )}
            {lastHeldAt && (
              <>
                {' '}
                It held last <RelativeTime at={lastHeldAt} now={now} />.
              </>
            )}
          </p>
          <p className="mt-1 text-xs text-ink-3">
            To verify without this portal, take the record file and the public key and run <code className="font-mono whitespace-nowrap">npm run audit:verify</code>.
          </p>
          <p className="flex flex-wrap items-center gap-x-1 text-xs text-ink-3">
            Checkpoints are signed by key <Identifier value={keyId} what="key" />
          </p>
          {places.map((place) => (
            <p key={place.reference} className="text-xs text-ink-3">
              Entries up to {place.entry} are anchored in <span className="font-mono break-all">{place.reference}</span>, <RelativeTime at={place.at} now={now} />.
            </p>
          ))}
          <p role="status" className="text-xs text-ink-2">
            {running && (
              <span className="mt-1 inline-flex items-center gap-1.5">
                <LoaderCircle aria-hidden className="size-3.5 animate-spin motion-reduce:animate-none" />
                Verifying: {running.entries.toLocaleString('en')} of {running.of.toLocaleString('en')} entries hold so far.
              </span>
            )}
          </p>
        </div>
      </div>
      <div data-print="no" className="flex flex-wrap items-start gap-2">
        {!running && <ActionButton label="Verify now" action={verify} />}
        <a href="/api/record/file" download className={buttonClass('secondary', 'sm')}>
          <Download aria-hidden className="size-3.5" />
          Record file
        </a>
        <a href="/api/record/key" download className={buttonClass('secondary', 'sm')}>
          <KeyRound aria-hidden className="size-3.5" />
          Public key
        </a>
      </div>
    </Card>
  )
}
