import { EyeOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { CopyButton } from '../ui/copy-button.tsx'
import type { NarrowedModel } from './request-models.ts'

/** What a request keeps to: the services at a glance, what stays because nobody can see it, and the policy one step away. */
export function NarrowedScope({ narrowed, label = 'The policy itself' }: { narrowed: Omit<NarrowedModel, 'sentence'>; label?: string }): ReactNode {
  return (
    <div className="flex min-w-0 flex-col gap-2.5 text-sm">
      <ul className="flex flex-col divide-y divide-line overflow-hidden rounded-md border border-line bg-surface">
        {narrowed.services.map(({ name, actions }) => (
          <li key={name} className="min-w-0 px-3 py-1.5">
            <details className="group/service">
              <summary className="flex cursor-pointer list-none items-baseline justify-between gap-3 rounded-sm">
                <span className="min-w-0 truncate font-medium">{name}</span>
                <span className="tabular shrink-0 text-xs text-ink-3">
                  {actions.length} {actions.length === 1 ? 'action' : 'actions'}{' '}
                  <span aria-hidden className="inline-block transition-transform group-open/service:rotate-90">
                    ›
                  </span>
                </span>
              </summary>
              <p className="mt-1 font-mono text-xs wrap-anywhere text-ink-2">{actions.join(', ')}</p>
            </details>
          </li>
        ))}
      </ul>
      {narrowed.kept && (
        <p className="flex gap-2 text-xs text-ink-2">
          <EyeOff aria-hidden className="mt-0.5 size-3.5 shrink-0 text-ink-3" />
          <span>{narrowed.kept}</span>
        </p>
      )}
      {narrowed.notes.length > 0 && (
        <ul className="flex flex-col gap-0.5 text-xs text-ink-3">
          {narrowed.notes.map((note) => (
            <li key={note} className="wrap-anywhere">
              {note}
            </li>
          ))}
        </ul>
      )}
      <details className="group/policy text-xs text-ink-3">
        <summary className="inline-flex cursor-pointer list-none items-center gap-1 rounded-sm hover:text-ink">
          <span aria-hidden className="transition-transform group-open/policy:rotate-90">
            ›
          </span>
          {label}
        </summary>
        <div className="mt-1.5 flex items-start gap-1">
          <pre tabIndex={0} aria-label={label} className="max-h-72 min-w-0 flex-1 overflow-auto rounded-md border border-line bg-surface p-3 font-mono text-xs text-ink-2">
            {narrowed.policy}
          </pre>
          <CopyButton value={narrowed.policy} what="policy" />
        </div>
      </details>
    </div>
  )
}
