import { Ban, Compass, ServerCrash } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { ErrorState } from '../ui/error-state.tsx'

export function NotFoundPage({ what = 'page' }: { what?: string }): ReactNode {
  return (
    <ErrorState icon={Compass} title={`There is no such ${what}`}>
      <p>The address may be mistyped, or it belongs to something you cannot see.</p>
    </ErrorState>
  )
}

export type ForbiddenPageProps = { reason: string; mend?: string }

/** Every refusal says why, and what would change the answer. */
export function ForbiddenPage({ reason, mend }: ForbiddenPageProps): ReactNode {
  return (
    <ErrorState icon={Ban} title="This is not open to you">
      <p>{reason}</p>
      {mend && <p>{mend}</p>}
    </ErrorState>
  )
}

export type UnexpectedErrorPageProps = { reference?: string; onRetry?: () => void }

export function UnexpectedErrorPage({ reference, onRetry }: UnexpectedErrorPageProps): ReactNode {
  return (
    <ErrorState
      icon={ServerCrash}
      title="Something went wrong on our side"
      {...(reference ? { reference } : {})}
      retry={
        onRetry && (
          <Button tone="primary" onClick={onRetry}>
            Try again
          </Button>
        )
      }
    >
      <p>Nothing was changed unless the page said so. Access that is running keeps its end.</p>
      <p>If it happens again, tell an administrator the reference.</p>
    </ErrorState>
  )
}
