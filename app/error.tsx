'use client'
import type { ReactNode } from 'react'
import { CaughtError, type CaughtErrorProps } from '#components/access-pages/caught-error.tsx'
import { BareShell } from '#components/shell/bare-shell.tsx'

/** Where not even the frame of the pages could be made. */
export default function ErrorPage(props: CaughtErrorProps): ReactNode {
  return (
    <BareShell>
      <CaughtError {...props} />
    </BareShell>
  )
}
