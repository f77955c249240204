import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { DashboardPage } from '#components/dashboard/dashboard-page.tsx'
import { after, minutes } from '#lib/config/clock.ts'
import { countOpenFindings, listLatestFindings } from '#lib/detection/findings.queries.ts'
import { countGrants, listGrantsInView } from '#lib/grants/grants.queries.ts'
import { hasRole } from '#lib/people/viewer.ts'
import { countOutside } from '#lib/trail/session.queries.ts'
import { findNewestEvent, listAccountTrails } from '#lib/trail/health/trail-health.queries.ts'
import { listFreshness, listInside } from '#lib/trail/sessions.queries.ts'
import { revokeGrantAction } from '#app/_actions/grant.actions.ts'
import { barOf, expiringOf, latestFinding, mostBars, mostInside, sessionRow, tilesOf } from '#app/_server/dashboard-view.ts'
import { trailPanel } from '#app/_server/trail-health-view.ts'
import { liveOn } from '#app/_server/live-on.ts'
import { getServices } from '#app/_server/services.ts'
import { requireRole } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Dashboard' }

const hoursBack = 4
const hoursAhead = 8
const activityHours = 2
/** Five minutes each: about as exact as CloudTrail's delay lets anything be. */
const activitySlices = 24

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function Dashboard({ searchParams }: Props): Promise<ReactNode> {
  const everybody = (await searchParams).inside === 'all'
  const viewer = await requireRole('/dashboard', 'responder', 'auditor', 'admin')
  const { db, clock } = await getServices()
  const now = clock()
  const from = after(now, -minutes(60 * hoursBack))
  const [grants, counts, inside, open, latest, freshness, outside, trails, newest] = await Promise.all([
    listGrantsInView(db, viewer, from),
    countGrants(db, viewer, after(now, minutes(15))),
    listInside(db, viewer, { since: after(now, -minutes(60 * activityHours)), until: after(now, 1), slices: activitySlices }),
    countOpenFindings(db, viewer),
    listLatestFindings(db, viewer),
    listFreshness(db, viewer),
    countOutside(db, viewer, after(now, -minutes(7 * 24 * 60))),
    listAccountTrails(db, viewer),
    findNewestEvent(db, viewer),
  ])
  const shown = everybody ? inside : inside.slice(0, mostInside)
  const mayRevoke = hasRole(viewer, 'responder', 'admin')
  return (
    <DashboardPage
      now={now.toISOString()}
      tiles={tilesOf(counts, open, outside)}
      window={{ from: from.toISOString(), to: after(now, minutes(60 * hoursAhead)).toISOString() }}
      bars={grants.slice(0, mostBars).map(barOf)}
      moreBars={Math.max(0, grants.length - mostBars)}
      sessions={shown.map((row) => sessionRow(row, mayRevoke, activityHours))}
      inside={{ count: inside.length, allHref: shown.length < inside.length ? '/dashboard?inside=all#inside' : null }}
      expiring={expiringOf(grants)}
      findings={latest.map(latestFinding)}
      findingsHref="/findings"
      trail={trailPanel(trails, freshness, newest, now, hasRole(viewer, 'admin') ? '/health' : null)}
      revokeAction={revokeGrantAction}
      live={liveOn(['grant', 'lease', 'finding', 'trail'])}
    />
  )
}
