import type { ReactNode } from 'react'
import { EnvironmentBadge } from '../ui/badge.tsx'
import { AccountLabel } from '../ui/identifier.tsx'
import type { SessionAccount } from './sessions-models.ts'

/** An account of the catalogue, or one that only CloudTrail knows. */
export function SessionAccountLabel({ account, focusable = true }: { account: SessionAccount; focusable?: boolean }): ReactNode {
  if (account.name === null) return <span className="font-mono text-xs">{account.id}</span>
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <AccountLabel account={account} focusable={focusable} className="whitespace-nowrap" />
      <EnvironmentBadge environment={account.environment} />
    </span>
  )
}
