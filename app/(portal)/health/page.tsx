import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { HealthPage } from '#components/health/health-page.tsx'
import { healthGroups } from '#app/_server/health-view.ts'
import { getServices } from '#app/_server/services.ts'
import { requireRole } from '#app/_server/viewer.ts'
import packageJson from '../../../package.json' with { type: 'json' }

export const metadata: Metadata = { title: 'Health' }

export default async function Health(): Promise<ReactNode> {
  const viewer = await requireRole('/health', 'admin')
  const { clock } = await getServices()
  const now = clock()
  return <HealthPage now={now.toISOString()} version={packageJson.version} groups={await healthGroups(viewer, now)} />
}
