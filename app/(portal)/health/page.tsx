import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { HealthPage } from '#components/health/health-page.tsx'
import { listUnreadable } from '#lib/trail/health/trail-health.queries.ts'
import { healthGroups } from '#app/_server/health-view.ts'
import { unreadOf } from '#app/_server/trail-health-view.ts'
import { getServices } from '#app/_server/services.ts'
import { requireRole } from '#app/_server/viewer.ts'
import packageJson from '../../../package.json' with { type: 'json' }

export const metadata: Metadata = { title: 'Health' }

export default async function Health(): Promise<ReactNode> {
  const viewer = await requireRole('/health', 'admin')
  const { db, clock } = await getServices()
  const now = clock()
  const [groups, unread] = await Promise.all([healthGroups(viewer, now), listUnreadable(db, viewer)])
  return <HealthPage now={now.toISOString()} version={packageJson.version} groups={groups} unread={unreadOf(unread)} />
}
