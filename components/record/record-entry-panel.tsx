'use client'
import type { Route } from 'next'
import { useRouter } from 'next/navigation'
import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Identifier } from '../ui/identifier.tsx'
import { Stat } from '../ui/layout.tsx'
import { ClockTime } from '../ui/time.tsx'
import { ChainBadge } from './chain-badge.tsx'
import type { RecordEntryDetail } from './record-models.ts'

/** Open because the address says so; closing it changes the address. */
export function RecordEntryPanel({ entry, now, closeHref }: { entry: RecordEntryDetail; now: string; closeHref: string }): ReactNode {
  const router = useRouter()
  return (
    <Dialog variant="sheet" open onOpenChange={(open) => !open && router.replace(closeHref as Route, { scroll: false })} title={entry.sentence}>
      <div className="flex flex-col gap-4">
        <p className="flex flex-wrap items-center gap-2">
          <ChainBadge state={entry.chain} />
          <code className="font-mono text-xs text-ink-2">{entry.kind}</code>
        </p>
        <dl className="grid grid-cols-2 gap-x-4 gap-y-3">
          <Stat label="When">
            <ClockTime at={entry.at} now={now} />
          </Stat>
          <Stat label="Who">{entry.person ?? 'Latchkey itself'}</Stat>
          <Stat label="Number in the chain">{entry.sequence ?? 'given when sealed'}</Stat>
          <Stat label="Sealed">{entry.sealedAt ? <ClockTime at={entry.sealedAt} now={now} /> : 'not yet'}</Stat>
          <Stat label="Hash">{entry.hash ? <Identifier value={entry.hash} what="hash" /> : 'not yet'}</Stat>
          <Stat label="Hash before it">{entry.previousHash ? <Identifier value={entry.previousHash} what="hash before it" /> : 'none'}</Stat>
          <Stat label="Anchored">
            {entry.anchor ? (
              <>
                <ClockTime at={entry.anchor.at} now={now} /> <Identifier value={entry.anchor.checkpoint} what="checkpoint" />
              </>
            ) : (
              'not anchored yet'
            )}
          </Stat>
        </dl>
        {entry.about.length > 0 && (
          <p className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
            {entry.about.map((link) => (
              <AppLink key={link.href} href={link.href} className="text-accent-text underline underline-offset-2">
                {link.label}
              </AppLink>
            ))}
          </p>
        )}
        <div>
          <div className="mb-1.5 flex items-center justify-between">
            <h3 className="text-sm font-medium">Canonical body</h3>
            <CopyButton value={entry.body} what="canonical body" />
          </div>
          <pre tabIndex={0} aria-label="Canonical body" className="max-h-96 overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs leading-5 break-all whitespace-pre-wrap">
            {entry.body}
          </pre>
        </div>
      </div>
    </Dialog>
  )
}
