import type { ReactNode } from 'react'
import type { Action } from '../models.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { ClockTime } from '../ui/time.tsx'
import type { DelegationRow } from './people-models.ts'

/** Who decides in whose right, and until when. */
export function DelegationList({ rows, now, end }: { rows: DelegationRow[]; now: string; end: Action | null }): ReactNode {
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
      {rows.map((row) => (
        <li key={row.id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-2.5">
          <div className="min-w-0 text-sm">
            <p>
              <span className="font-medium">{row.to}</span> decides for <span className="font-medium">{row.from}</span>
            </p>
            <p className="text-xs text-ink-3">
              {row.startsAt > now ? 'From ' : 'Since '}
              <ClockTime at={row.startsAt} now={now} /> until <ClockTime at={row.endsAt} now={now} />: “{row.reason}”
            </p>
          </div>
          {end && (
            <ConfirmDialog
              trigger={{ label: 'End', name: `End the delegation from ${row.from} to ${row.to}`, size: 'sm' }}
              title="End this delegation"
              consequences={`${row.to} decides nothing in ${row.from}’s right from now on. What was decided stays.`}
              confirmLabel="End it now"
              keepLabel="Leave it"
              action={end}
              fields={{ delegationId: row.id }}
            />
          )}
        </li>
      ))}
    </ul>
  )
}
