import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import type { ReactNode } from 'react'
import { NoAccessYet } from '#components/access-pages/no-access-yet.tsx'
import { isFirstAdminPathOpen } from '#lib/people/first-admin.ts'
import { signOutAction } from '#app/_actions/sign-in.actions.ts'
import { firstAdminDeps, getServices } from '#app/_server/services.ts'
import { getViewer } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'No access yet' }

export default async function NoAccessPage(): Promise<ReactNode> {
  const result = await getViewer()
  if (!result.ok) redirect('/sign-in')
  const { viewer } = result
  if (viewer.roles.length > 0) redirect('/')
  const { config } = await getServices()
  const groups = [...config.groupRoles].filter(([, roles]) => roles.includes('requester')).map(([group]) => group)
  return (
    <NoAccessYet
      person={{ name: viewer.displayName, email: viewer.email ?? viewer.username }}
      providerName="the identity provider"
      contacts={[{ label: config.accessHelp }]}
      groups={groups.slice(0, 3)}
      firstAdminHref={(await isFirstAdminPathOpen(await firstAdminDeps())) ? '/first-admin' : undefined}
      signOutAction={signOutAction}
    />
  )
}
