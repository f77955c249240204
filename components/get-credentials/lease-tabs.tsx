'use client'
import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { CopyButton } from '../ui/copy-button.tsx'
import { Tabs, type TabModel } from '../ui/tabs.tsx'
import { Countdown } from '../ui/time.tsx'
import { formatCredentialProcess, formatPosix, formatPowerShell, formatProfileFile, profileName, type RevealedLease } from './credential-formats.ts'

function Snippet({ text, what, children, wrap = false }: { text: string; what: string; children: ReactNode; wrap?: boolean }): ReactNode {
  return (
    <div>
      <div className="mb-2 flex items-end justify-between gap-4">
        <p className="text-sm text-ink-2">{children}</p>
        <CopyButton value={text} what={what} label="Copy" />
      </div>
      <pre
        tabIndex={0}
        aria-label={what}
        className={clsx('overflow-x-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs leading-5', wrap && 'break-all whitespace-pre-wrap')}
      >
        {text}
      </pre>
    </div>
  )
}

function snippetTabs(lease: RevealedLease, slug: string): TabModel[] {
  const name = profileName(slug)
  const tab = (value: string, label: string, text: string, what: string, how: ReactNode): TabModel => ({
    value,
    label,
    panel: (
      <Snippet text={text} what={what}>
        {how}
      </Snippet>
    ),
  })
  return [
    tab('posix', 'Shell', formatPosix(lease), 'commands for the shell', 'Paste into bash, zsh or sh. Only that terminal gets them.'),
    tab('powershell', 'PowerShell', formatPowerShell(lease), 'commands for PowerShell', 'Paste into PowerShell. Only that window gets them.'),
    tab('file', 'Profile file', formatProfileFile(lease, slug), 'profile section', <>Add to <code className="font-mono text-xs">~/.aws/credentials</code>, then use <code className="font-mono text-xs">--profile {name}</code>. Remove it afterwards.</>),
    tab('process', 'credential_process', formatCredentialProcess(lease), 'credential_process JSON', 'What a credential_process prints. For tools that read JSON.'),
  ]
}

export function LeaseTabs({ lease, now, profileSlug, consoleForm }: { lease: RevealedLease; now: string; profileSlug: string; consoleForm: ReactNode }): ReactNode {
  const tabs = snippetTabs(lease, profileSlug)
  if (consoleForm) {
    tabs.push({
      value: 'console',
      label: 'Console',
      panel: (
        <div className="flex flex-col items-start gap-3">
          <p className="text-sm text-ink-2">Opens account {lease.accountId} in a new tab, signed in as this role until your access ends.</p>
          {consoleForm}
        </div>
      ),
    })
  }
  return (
    <div className="rounded-lg border border-line bg-surface p-4 pt-2">
      <Tabs label="Ways to use these credentials" tabs={tabs} />
      <p className="mt-4 flex flex-wrap items-baseline gap-x-4 gap-y-1 border-t border-line pt-3 text-xs text-ink-3">
        <span className="inline-flex items-baseline gap-1.5">
          This set works for <Countdown until={lease.expiresAt} now={now} subject="This set of credentials" className="min-w-0" />
        </span>
        <span>
          Session <code className="font-mono">{lease.sessionName}</code>
        </span>
        <span>Region {lease.region}</span>
      </p>
    </div>
  )
}
