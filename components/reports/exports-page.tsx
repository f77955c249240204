import { CircleAlert, CircleCheck, CircleDashed, Clock, Download, LoaderCircle, type LucideIcon, PackageOpen } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Live } from '../live/live-store.ts'
import { LiveRefresh } from '../live/live-refresh.tsx'
import type { Action } from '../models.ts'
import { ActionButton } from '../ui/action-button.tsx'
import { Badge, type BadgeTone } from '../ui/badge.tsx'
import { buttonClass } from '../ui/button.tsx'
import { EmptyState, PageHeader } from '../ui/layout.tsx'
import { Table, Td, Th, Tr } from '../ui/table.tsx'
import { RelativeTime } from '../ui/time.tsx'

export type ExportRow = {
  id: string
  title: string
  state: 'waiting' | 'running' | 'done' | 'failed' | 'expired'
  startedAt: string
  expiresAt: string | null
  /** How much is made, in words, and of what: a share of 100 where it is known. */
  progress: { text: string; percent: number | null }
  /** Why it failed, or that it was begun anew. */
  note: string | null
  sha256: string | null
}
export type ExportsPageProps = { now: string; exports: ExportRow[]; most: number; remove: Action; live: Live }

const looks: Record<ExportRow['state'], { tone: BadgeTone; icon: LucideIcon; word: string }> = {
  waiting: { tone: 'grey', icon: CircleDashed, word: 'Waiting' },
  running: { tone: 'accent', icon: LoaderCircle, word: 'Being made' },
  done: { tone: 'green', icon: CircleCheck, word: 'Ready' },
  failed: { tone: 'orange', icon: CircleAlert, word: 'Failed' },
  expired: { tone: 'grey', icon: Clock, word: 'Deleted' },
}

/** One's own files: how far they are, and those that are ready. */
export function ExportsPage({ now, exports, most, remove, live }: ExportsPageProps): ReactNode {
  return (
    <>
      <LiveRefresh {...live} />
      <PageHeader title="Exports" back={{ href: '/reports', label: 'Reports' }} lead={`Files that are made while you do something else. They are yours alone, kept for a week, at most ${most} at once. A download that breaks can be resumed.`} />
      {exports.length === 0 ? (
        <EmptyState icon={PackageOpen} title="No exports yet" action={{ href: '/reports', label: 'Open the reports' }}>
          Prepare a report as a file, or the evidence of a period. It appears here with how far it is.
        </EmptyState>
      ) : (
        <Table label="Your exports">
          <thead>
            <tr>
              <Th>What</Th>
              <Th>State</Th>
              <Th>Made so far</Th>
              <Th className="max-sm:hidden">Started</Th>
              <Th className="max-md:hidden">Kept until</Th>
              {/* What is for readers alone stays within the table's own scrolling. */}
              <Th align="right" className="max-lg:relative">
                <span className="sr-only">Download or delete</span>
              </Th>
            </tr>
          </thead>
          <tbody>
            {exports.map((row) => (
              <ExportLine key={row.id} row={row} now={now} remove={remove} />
            ))}
          </tbody>
        </Table>
      )}
    </>
  )
}

function ExportLine({ row: { id, title, state, startedAt, expiresAt, progress, note, sha256 }, now, remove }: { row: ExportRow; now: string; remove: Action }): ReactNode {
  const { tone, icon, word } = looks[state]
  return (
    <Tr data-live-id={id}>
      <Td>
        {title}
        {note && <span className="block text-xs text-ink-3">{note}</span>}
        {sha256 && <code className="block max-w-[16rem] truncate font-mono text-xs text-ink-3" title={sha256}>{`SHA-256 ${sha256}`}</code>}
      </Td>
      <Td>
        <Badge tone={tone} icon={icon}>
          {word}
        </Badge>
      </Td>
      <Td className="tabular">
        {progress.text}
        {progress.percent !== null && <progress className="block h-1 w-28 accent-accent" max={100} value={progress.percent} aria-label={`Progress of ${title}`} />}
      </Td>
      <Td className="max-sm:hidden">
        <RelativeTime at={startedAt} now={now} />
      </Td>
      <Td className="max-md:hidden">{expiresAt && state === 'done' ? <RelativeTime at={expiresAt} now={now} /> : '–'}</Td>
      <Td align="right">
        <span className="inline-flex flex-wrap justify-end gap-2">
          {state === 'done' && (
            <a href={`/api/exports/${id}`} download className={buttonClass('secondary', 'sm')} aria-label={`Download ${title}`}>
              <Download aria-hidden className="size-3.5" />
              Download
            </a>
          )}
          <ActionButton label={state === 'waiting' || state === 'running' ? 'Cancel' : 'Delete'} name={`${state === 'waiting' || state === 'running' ? 'Cancel' : 'Delete'} ${title}`} action={remove} fields={{ exportId: id }} />
        </span>
      </Td>
    </Tr>
  )
}
