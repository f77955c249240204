import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import type { AccountRef } from '../models.ts'
import { EnvironmentBadge } from './badge.tsx'
import { CopyButton } from './copy-button.tsx'
import { groupAccountId, lastFour, shortenArn, shortenMiddle } from './shorten.ts'

/** Monospaced, shortened in the middle; whole in the tip and in the clipboard. */
export function Identifier({ value, what = 'identifier', copy = true, className }: { value: string; what?: string; copy?: boolean; className?: string }): ReactNode {
  const short = value.startsWith('arn:') ? shortenArn(value) : shortenMiddle(value)
  return (
    <span className={clsx('inline-flex max-w-full items-center gap-0.5 align-bottom', className)}>
      <code className="relative min-w-0 truncate font-mono text-xs text-ink-2" data-tip={short === value ? undefined : value}>
        <span aria-hidden={short !== value || undefined}>{short}</span>
        {short !== value && <span className="sr-only">{value}</span>}
      </code>
      {copy && <CopyButton value={value} what={what} />}
    </span>
  )
}

/** Name and last four digits; the whole number on hover or focus. */
export function AccountLabel({ account, badge = false, focusable = true, className }: { account: AccountRef; badge?: boolean; focusable?: boolean; className?: string }): ReactNode {
  return (
    <span className={clsx('inline-flex max-w-full min-w-0 flex-wrap items-center gap-x-2', className)}>
      <span className="truncate rounded-sm" tabIndex={focusable ? 0 : undefined} data-tip={`${account.name}, account ${groupAccountId(account.id)}`}>
        {account.name} <span className="tabular font-mono text-xs text-ink-3">{lastFour(account.id)}</span>
      </span>
      {badge && <EnvironmentBadge environment={account.environment} />}
    </span>
  )
}
