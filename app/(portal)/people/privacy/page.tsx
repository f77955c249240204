import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { PrivacyPage } from '#components/people/privacy-page.tsx'
import { listForgotten, listRetention } from '#lib/reports/privacy/privacy.queries.ts'
import { listHolds } from '#lib/reports/privacy/legal-holds.ts'
import { placeHoldAction, releaseHoldAction } from '#app/_actions/privacy.actions.ts'
import { getServices } from '#app/_server/services.ts'
import { iso } from '#app/_server/view-models.ts'
import { requireRole } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Personal data' }

export default async function Privacy(): Promise<ReactNode> {
  const viewer = await requireRole('/people/privacy', 'auditor', 'admin')
  const { db, clock, config } = await getServices()
  const [retention, holds, forgotten] = await Promise.all([listRetention(db, viewer, config.retention), listHolds(db, viewer), listForgotten(db, viewer)])
  return (
    <PrivacyPage
      now={clock().toISOString()}
      retention={retention.map(({ days, kinds, reachedAt }) => ({ days, kinds, reachedAt: iso(reachedAt) }))}
      holds={holds.map(({ id, person, reason, placedBy, placedAt }) => ({ id, person: person && { name: person.displayName, href: `/people/${person.id}` }, reason, placedBy: placedBy.displayName, placedAt: placedAt.toISOString() }))}
      forgotten={forgotten.map(({ personId, forgottenAt, wantedBy, values }) => ({ href: `/people/${personId}`, id: personId, at: forgottenAt.toISOString(), wantedBy, values }))}
      place={placeHoldAction}
      release={releaseHoldAction}
    />
  )
}
