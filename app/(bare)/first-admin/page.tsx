import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import type { ReactNode } from 'react'
import { FirstAdminCard } from '#components/access-pages/first-admin-card.tsx'
import { isFirstAdminPathOpen } from '#lib/people/first-admin.ts'
import { claimFirstAdminAction } from '#app/_actions/first-admin.actions.ts'
import { firstAdminDeps } from '#app/_server/services.ts'
import { getViewer } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'First admin' }

/** There only while the path is open; after that it is a page that does not exist. */
export default async function FirstAdminPage(): Promise<ReactNode> {
  const result = await getViewer()
  if (!result.ok) redirect(`/sign-in?${new URLSearchParams({ why: result.code, returnTo: '/first-admin' })}` as never)
  if (!(await isFirstAdminPathOpen(await firstAdminDeps()))) notFound()
  return <FirstAdminCard name={result.viewer.displayName} claimAction={claimFirstAdminAction} />
}
