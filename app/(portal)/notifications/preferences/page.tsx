import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { PreferencesPage } from '#components/notifications/preferences-page.tsx'
import { getPreference } from '#lib/notify/notifications.queries.ts'
import { hasRole } from '#lib/people/viewer.ts'
import { savePreferenceAction } from '#app/_actions/notification.actions.ts'
import { getServices } from '#app/_server/services.ts'
import { requireViewer } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'How you are told' }

export default async function Preferences(): Promise<ReactNode> {
  const viewer = await requireViewer('/notifications/preferences')
  const { db, config } = await getServices()
  const { quiet, ...preference } = await getPreference(db, viewer)
  const zones = Intl.supportedValuesOf('timeZone')
  return (
    <PreferencesPage
      preference={{ ...preference, quietFrom: quiet ? timeOf(quiet.from) : '', quietTo: quiet ? timeOf(quiet.to) : '' }}
      address={config.mail ? viewer.email : null}
      noMail={config.mail ? 'Your identity provider says no address of yours.' : 'This portal has no mail server; you are told here.'}
      watches={hasRole(viewer, 'responder')}
      zones={[...new Set(['UTC', preference.zone, ...zones])]}
      save={savePreferenceAction}
    />
  )
}

/** Minutes after midnight as a clock shows them. */
function timeOf(minuteOfDay: number): string {
  return [Math.floor(minuteOfDay / 60), minuteOfDay % 60].map((part) => String(part).padStart(2, '0')).join(':')
}
