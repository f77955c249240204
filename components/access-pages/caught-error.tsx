'use client'
import { unstable_isUnrecognizedActionError } from 'next/navigation'
import type { ReactNode } from 'react'
import { UnexpectedErrorPage, UpdatedPage } from './error-pages.tsx'

export type CaughtErrorProps = { error: Error & { digest?: string }; reset: () => void }

/** `ChunkLoadError`: a script of this page's version that whoever answers no longer has. */
const isOfOtherVersion = (error: Error): boolean => error.name === 'ChunkLoadError' || unstable_isUnrecognizedActionError(error)

export function CaughtError({ error, reset }: CaughtErrorProps): ReactNode {
  if (isOfOtherVersion(error)) return <UpdatedPage onReload={() => window.location.reload()} />
  return <UnexpectedErrorPage {...(error.digest ? { reference: error.digest } : {})} onRetry={reset} />
}
