import { Ban, Compass, RefreshCw, ServerCrash } from 'lucide-react'
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
      <p>If it happens again, tell an administrator {reference ? 'the reference' : 'when it was'}.</p>
    </ErrorState>
  )
}

/** The page and whoever answers it are of two versions: a new document brings them together. */
export function UpdatedPage({ onReload }: { onReload: () => void }): ReactNode {
  return (
    <ErrorState
      icon={RefreshCw}
      title="Latchkey was updated while this page was open"
      retry={
        <Button tone="primary" onClick={onReload}>
          Load the page again
        </Button>
      }
    >
      <p>What you pressed last was not done. Access that is running keeps its end.</p>
    </ErrorState>
  )
}
