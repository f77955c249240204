import type { ReactNode } from 'react'
import { NotFoundPage } from '#components/access-pages/error-pages.tsx'
import { BareShell } from '#components/shell/bare-shell.tsx'

export default function NotFound(): ReactNode {
  return (
    <BareShell>
      <NotFoundPage />
    </BareShell>
  )
}
