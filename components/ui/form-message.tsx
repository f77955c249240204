'use client'
import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ActionState } from '../models.ts'

/** A refusal beside the button that caused it: what, and what would change the answer. */
export function FormMessage({ state }: { state: ActionState }): ReactNode {
  const refused = state !== null && !state.ok ? state : null
  return (
    <div role="alert" className="contents">
      {refused && (
        <div className="flex gap-2 rounded-md bg-orange-soft px-3 py-2 text-sm text-orange-text">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <p>
            <span className="font-medium">{refused.message}</span>
            {refused.mend && <span className="block">{refused.mend}</span>}
            {refused.code === 'updated' && (
              // A document of the new version: the router of this page would ask the one that is gone.
              <button type="button" className="mt-1 block font-medium underline underline-offset-2" onClick={() => window.location.reload()}>
                Load the page again
              </button>
            )}
            {refused.confirmHref && (
              <a href={refused.confirmHref} className="mt-1 inline-block font-medium underline underline-offset-2">
                Confirm that it is you
              </a>
            )}
          </p>
        </div>
      )}
    </div>
  )
}
