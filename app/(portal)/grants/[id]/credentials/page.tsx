import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { z } from 'zod'
import { GetCredentialsPage } from '#components/get-credentials/get-credentials-page.tsx'
import { getOwnGrant, type ListedGrant } from '#lib/grants/grants.queries.ts'
import { isOfVendor } from '#lib/grants/vendor/vendor.store.ts'
import { revealAction } from '#app/_actions/grant.actions.ts'
import { getServices } from '#app/_server/services.ts'
import { requireViewer } from '#app/_server/viewer.ts'
import { profileRef } from '#app/_server/view-models.ts'

export const metadata: Metadata = { title: 'Get credentials' }

type Props = { params: Promise<{ id: string }> }

export default async function GetCredentials({ params }: Props): Promise<ReactNode> {
  const { id } = await params
  const viewer = await requireViewer(`/grants/${encodeURIComponent(id)}/credentials`, { stored: true })
  const { db, clock } = await getServices()
  const grantId = z.uuid().safeParse(id).data
  const grant = grantId ? await getOwnGrant(db, viewer, grantId) : null
  if (!grant) notFound()
  const now = clock()
  return (
    <GetCredentialsPage
      now={now.toISOString()}
      grant={{ id: grant.id, profile: profileRef(grant.profile), endsAt: (grant.endsAt ?? grant.opensAt).toISOString(), roleArn: grant.roleArn, detailHref: `/requests/${grant.requestId}` }}
      revealAction={revealAction}
      consoleUrl="/api/console"
      unavailable={unavailable(grant, now)}
      myAccessHref="/"
    />
  )
}

function unavailable(grant: ListedGrant, now: Date): { message: string; mend?: string } | null {
  if (isOfVendor(grant)) return { message: 'The vendor takes on this role from its own account; Latchkey issues no credentials for it.', mend: 'What the vendor needs is on the page of the request.' }
  const again = 'Ask for access again from My access.'
  if (grant.state === 'failed') return { message: `AWS refused the activation: ${grant.failureMessage ?? 'no reason given'}`, mend: 'Try again from the request, or ask an admin.' }
  if (grant.state === 'scheduled' || grant.state === 'activating') return { message: 'AWS has not confirmed this grant yet.', mend: 'It usually takes a few seconds.' }
  if (grant.state !== 'active' || (grant.endsAt && grant.endsAt <= now)) {
    const at = grant.mintingStoppedAt ?? grant.endsAt
    return { message: `This grant ended${at ? ` at ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC` : ''}. No new credentials are issued.`, mend: again }
  }
  return null
}
