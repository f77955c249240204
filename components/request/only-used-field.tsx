'use client'
import type { ReactNode } from 'react'
import { NarrowedScope } from './narrowed-scope.tsx'
import type { NarrowedModel } from './request-models.ts'

type Props = { narrowed: NarrowedModel; chosen: boolean; onChange: (value: string) => void }

/** The same access, cut to what this person used of it last time; what that is, is shown before it is chosen. */
export function OnlyUsedField({ narrowed, chosen, onChange }: Props): ReactNode {
  return (
    <fieldset className="flex min-w-0 flex-col gap-3 rounded-md border border-line px-3.5 py-3">
      <legend className="sr-only">How much of it</legend>
      <div className="flex items-start gap-2.5 text-sm">
        <input id="onlyUsed" type="checkbox" name="onlyUsed" value="yes" checked={chosen} aria-describedby="onlyUsed-hint" className="mt-0.5 size-4" onChange={(event) => onChange(event.target.checked ? 'yes' : '')} />
        <div className="min-w-0">
          <label htmlFor="onlyUsed" className="font-medium">
            Only what you used last time
          </label>
          <p id="onlyUsed-hint" className="mt-0.5 text-xs text-ink-3">
            {narrowed.sentence} AWS refuses everything else, and the risk is lower.
          </p>
        </div>
      </div>
      <details className="group/used text-sm" open={chosen}>
        <summary className="inline-flex cursor-pointer list-none items-center gap-1 rounded-sm text-xs text-ink-3 hover:text-ink">
          <span aria-hidden className="transition-transform group-open/used:rotate-90">
            ›
          </span>
          What that is
        </summary>
        <div className="mt-2">
          <NarrowedScope narrowed={narrowed} />
        </div>
      </details>
    </fieldset>
  )
}
