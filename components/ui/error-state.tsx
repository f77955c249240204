import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { CopyButton } from './copy-button.tsx'
import { LinkButton } from './button.tsx'

type Props = {
  icon: LucideIcon
  title: string
  children: ReactNode
  /** What the person quotes to whoever helps; the log has the rest. */
  reference?: string
  retry?: ReactNode
  home?: { href: string; label: string } | null
}

export function ErrorState({ icon: Icon, title, children, reference, retry, home = { href: '/', label: 'Go to my access' } }: Props): ReactNode {
  return (
    <div className="mx-auto flex max-w-lg flex-col items-start px-2 py-16 in-data-bare:px-0 in-data-bare:py-4">
      <Icon aria-hidden className="mb-4 size-7 text-ink-3" strokeWidth={1.5} />
      <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
      <div className="mt-2 flex flex-col gap-2 text-base text-ink-2">{children}</div>
      {reference && (
        <p className="mt-4 flex items-center gap-1 text-sm text-ink-3">
          Reference <code className="font-mono text-xs text-ink-2">{reference}</code>
          <CopyButton value={reference} what="reference" />
        </p>
      )}
      <div className="mt-6 flex flex-wrap gap-2">
        {retry}
        {home && <LinkButton href={home.href}>{home.label}</LinkButton>}
      </div>
    </div>
  )
}
