import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { AppShell } from '#components/shell/app-shell.tsx'
import type { NavItem, Theme } from '#components/shell/shell-models.ts'
import { countWaitingChanges } from '#lib/catalog/admin.queries.ts'
import { countOpenFindings } from '#lib/detection/findings.queries.ts'
import { countReviewing } from '#lib/reports/reviews/reviews.queries.ts'
import { countUnread } from '#lib/notify/notifications.queries.ts'
import { findDecider } from '#lib/people/deciders.queries.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { countWaitingFor } from '#lib/requests/requests.queries.ts'
import { signOutAction } from '#app/_actions/sign-in.actions.ts'
import { getServices } from '#app/_server/services.ts'
import { requireViewer } from '#app/_server/viewer.ts'

/** The frame around every page. It guards nothing: each page and each function that reads data does that itself. */
export default async function PortalLayout({ children }: { children: ReactNode }): Promise<ReactNode> {
  const viewer = await requireViewer('/', { stored: true })
  const { db, clock } = await getServices()
  const jar = await cookies()
  return (
    <AppShell
      items={await navigation(viewer)}
      person={{ name: viewer.displayName, email: viewer.email ?? viewer.username, roles: [...viewer.roles] }}
      theme={(jar.get('theme')?.value ?? 'system') as Theme}
      railCollapsed={jar.get('rail')?.value === 'collapsed'}
      notifications={{ href: '/notifications', unread: await countUnread(db, viewer) }}
      paletteUrl="/api/palette"
      signOutAction={signOutAction}
      now={clock().toISOString()}
    >
      {children}
    </AppShell>
  )
}

async function navigation(viewer: Viewer): Promise<NavItem[]> {
  const { db, clock } = await getServices()
  const watches = hasRole(viewer, 'responder', 'auditor', 'admin')
  const [waiting, open, changes, reviewing] = await Promise.all([findDecider(db, viewer, clock()).then((decider) => countWaitingFor(db, decider)), countOpenFindings(db, viewer), countWaitingChanges(db, viewer), countReviewing(db, viewer)])
  return [
    { href: '/', label: 'My access', icon: 'access' },
    { href: '/request', label: 'Request', icon: 'request' },
    ...(hasRole(viewer, 'approver', 'admin') || waiting > 0 ? [{ href: '/approvals', label: 'Approvals', icon: 'approvals', count: waiting, countLabel: 'waiting for you' } satisfies NavItem] : []),
    ...(watches
      ? ([
          { href: '/dashboard', label: 'Dashboard', icon: 'dashboard' },
          { href: '/findings', label: 'Findings', icon: 'findings', count: open, countLabel: 'open' },
          { href: '/people', label: 'People', icon: 'people' },
          { href: '/reports', label: 'Reports', icon: 'reports' },
        ] satisfies NavItem[])
      : []),
    ...(reviewing > 0 || hasRole(viewer, 'auditor', 'admin') ? [{ href: '/reviews', label: 'Reviews', icon: 'reviews', count: reviewing, countLabel: 'waiting for you' } satisfies NavItem] : []),
    ...(hasRole(viewer, 'auditor', 'admin') ? [{ href: '/record', label: 'Log', icon: 'record' } satisfies NavItem] : []),
    ...(hasRole(viewer, 'admin') ? [{ href: '/catalogue', label: 'Catalogue', icon: 'catalogue', count: changes, countLabel: 'changes waiting' } satisfies NavItem] : []),
    ...(hasRole(viewer, 'admin') ? [{ href: '/health', label: 'Health', icon: 'health' } satisfies NavItem] : []),
  ]
}
