'use client'
import { type ReactNode, useState } from 'react'
import { AccountLabel } from '../ui/identifier.tsx'
import type { ChosenProfile } from './request-models.ts'

/** More profiles for the same reason and time: one press, a decision for each, all of them asked or none. */
export function AlsoField({ also, onCount }: { also: ChosenProfile['also']; onCount: (count: number) => void }): ReactNode {
  const [chosen, setChosen] = useState<readonly string[]>([])
  function toggle(slug: string, on: boolean): void {
    const next = on ? [...chosen, slug] : chosen.filter((other) => other !== slug)
    setChosen(next)
    onCount(next.length)
  }
  return (
    <details className="rounded-md border border-line px-3.5 py-2.5 text-sm">
      <summary className="cursor-pointer font-medium">
        Ask for more at once{chosen.length > 0 && <span className="font-normal text-ink-3"> ({chosen.length} more)</span>}
      </summary>
      <fieldset className="mt-2 flex min-w-0 flex-col gap-1.5">
        <legend className="mb-1 text-xs text-ink-3">For the same reason and as long. Each gets a decision of its own; all are asked or none.</legend>
        {also.map(({ slug, name, account }) => (
          <label key={slug} className="flex items-center gap-2.5">
            <input type="checkbox" name="also" value={slug} checked={chosen.includes(slug)} disabled={!chosen.includes(slug) && chosen.length >= 4} className="size-4" onChange={(event) => toggle(slug, event.target.checked)} />
            <span className="min-w-0 flex-1 truncate">{name}</span>
            <AccountLabel account={account} focusable={false} className="shrink-0 text-ink-3" />
          </label>
        ))}
      </fieldset>
    </details>
  )
}
