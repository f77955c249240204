import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { StateBadge } from '../ui/badge.tsx'
import { LinkButton } from '../ui/button.tsx'
import { AccountLabel } from '../ui/identifier.tsx'
import { Table, Td, Th, Tr } from '../ui/table.tsx'
import { RelativeTime } from '../ui/time.tsx'
import type { RecentAccess } from './my-access-models.ts'

export function RecentAccessList({ items, now }: { items: RecentAccess[]; now: string }): ReactNode {
  return (
    <Table label="Recent access">
      <thead>
        <tr>
          <Th>Profile</Th>
          <Th className="max-md:hidden">Account</Th>
          <Th className="max-lg:hidden">Reason</Th>
          <Th>Outcome</Th>
          <Th className="max-sm:hidden">When</Th>
          <Th>
            <span className="sr-only">Action</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <Tr key={item.id} data-live-id={item.id}>
            <Td>
              <AppLink href={item.detailHref} className="font-medium hover:underline hover:underline-offset-2">
                {item.profile.name}
              </AppLink>
            </Td>
            <Td className="text-ink-2 max-md:hidden">
              <AccountLabel account={item.profile.account} />
            </Td>
            <Td className="max-lg:hidden">
              <span className="line-clamp-1 max-w-[36ch] text-ink-2">{item.reason}</span>
            </Td>
            <Td>
              <StateBadge state={item.outcome} />
            </Td>
            <Td className="text-ink-3 max-sm:hidden">
              <RelativeTime at={item.at} now={now} />
            </Td>
            <Td align="right">
              {item.askAgainHref && (
                <LinkButton href={item.askAgainHref} size="sm" tone="quiet" aria-label={`Ask again for ${item.profile.name}`}>
                  Ask again
                </LinkButton>
              )}
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  )
}
