import type { ReactNode } from 'react'
import type { Action } from '../models.ts'
import { AppLink } from '../ui/app-link.tsx'
import { EnvironmentBadge } from '../ui/badge.tsx'
import { AccountLabel } from '../ui/identifier.tsx'
import { Sparkline } from '../ui/sparkline.tsx'
import { Table, Td, Th, Tr } from '../ui/table.tsx'
import { Countdown, RelativeTime } from '../ui/time.tsx'
import type { SessionRow } from './dashboard-models.ts'
import { RevokeButton } from './revoke-button.tsx'

export function SessionsTable({ sessions, now, revokeAction }: { sessions: SessionRow[]; now: string; revokeAction: Action }): ReactNode {
  return (
    <Table label="Sessions">
      <thead>
        <tr>
          <Th>Person</Th>
          <Th className="max-md:hidden">Account</Th>
          <Th className="max-lg:hidden">Role and reason</Th>
          <Th>Time left</Th>
          <Th className="max-md:hidden">Last activity</Th>
          <Th className="max-md:hidden">Activity</Th>
          <Th>
            <span className="sr-only">Action</span>
          </Th>
        </tr>
      </thead>
      <tbody data-live-hold>
        {sessions.map((session) => (
          <Tr key={session.id} data-live-id={session.id}>
            <Td>
              <AppLink href={session.href} className="font-medium whitespace-nowrap hover:underline hover:underline-offset-2">
                {session.person.name}
              </AppLink>
              <span className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-ink-2 md:hidden">
                <AccountLabel account={session.account} focusable={false} badge />
              </span>
            </Td>
            <Td className="max-md:hidden">
              <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
                <AccountLabel account={session.account} className="whitespace-nowrap text-ink-2" />
                <EnvironmentBadge environment={session.account.environment} />
              </span>
            </Td>
            <Td className="max-w-72 max-lg:hidden">
              <span className="block truncate font-mono text-xs">{session.role}</span>
              <span className="block truncate text-xs text-ink-3" data-tip={session.reason}>
                {session.reason}
              </span>
            </Td>
            <Td>
              <Countdown until={session.endsAt} now={now} />
            </Td>
            <Td className="text-ink-2 max-md:hidden">
              {session.lastActivityAt ? <RelativeTime at={session.lastActivityAt} now={now} /> : <span className="text-ink-3">none yet</span>}
            </Td>
            <Td className="max-md:hidden">
              <Sparkline values={session.activity} label={session.activityLabel} />
            </Td>
            <Td align="right">
              {session.canRevoke && <RevokeButton grantId={session.grantId} person={session.person.name} account={session.account.name} action={revokeAction} />}
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  )
}
