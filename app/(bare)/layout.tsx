import type { ReactNode } from 'react'
import { BareShell } from '#components/shell/bare-shell.tsx'

export default function Layout({ children }: { children: ReactNode }): ReactNode {
  return <BareShell>{children}</BareShell>
}
