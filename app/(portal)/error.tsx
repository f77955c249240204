'use client'
import type { ReactNode } from 'react'
import { UnexpectedErrorPage } from '#components/access-pages/error-pages.tsx'

type Props = { error: Error & { digest?: string }; reset: () => void }

export default function ErrorPage({ error, reset }: Props): ReactNode {
  return <UnexpectedErrorPage {...(error.digest ? { reference: error.digest } : {})} onRetry={reset} />
}
