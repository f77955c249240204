import type { ReactNode } from 'react'
import { ForbiddenPage } from '#components/access-pages/error-pages.tsx'
import { BareShell } from '#components/shell/bare-shell.tsx'

export default function Forbidden(): ReactNode {
  return (
    <BareShell>
      <ForbiddenPage reason="Your portal roles do not include this page." mend="An admin of your identity provider can add you to a group that has it; the change counts within 15 minutes." />
    </BareShell>
  )
}
