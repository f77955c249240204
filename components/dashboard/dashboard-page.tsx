import { MonitorCheck, ShieldCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { LiveRefresh } from '../live/live-refresh.tsx'
import { AppLink } from '../ui/app-link.tsx'
import { SeverityBadge } from '../ui/badge.tsx'
import { EmptyState, PageHeader, Section, Tile } from '../ui/layout.tsx'
import { Countdown, RelativeTime } from '../ui/time.tsx'
import type { DashboardPageProps } from './dashboard-models.ts'
import { Freshness } from './freshness.tsx'
import { GrantTimeline } from './grant-timeline.tsx'
import { SessionsTable } from './sessions-table.tsx'

export function DashboardPage(props: DashboardPageProps): ReactNode {
  const { now, tiles, window, bars, moreBars, sessions, inside, trail, revokeAction, live } = props
  return (
    <>
      {live && <LiveRefresh {...live} />}
      <PageHeader title="Dashboard" lead="Who is inside now, and whether anything is wrong." />
      <div className="mb-8 grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-5">
        {tiles.map((tile) => (
          <Tile key={tile.label} {...tile} />
        ))}
      </div>
      <Section
        id="inside"
        title="Inside now"
        count={inside.count}
        aside={
          inside.allHref && (
            <AppLink href={inside.allHref} className="text-accent-text hover:underline hover:underline-offset-2">
              Show all {inside.count}; these {sessions.length} end first
            </AppLink>
          )
        }
      >
        {sessions.length > 0 ? (
          <SessionsTable sessions={sessions} now={now} revokeAction={revokeAction} />
        ) : (
          <EmptyState icon={MonitorCheck} title="Nobody is inside">
            When somebody uses credentials, their session appears here with what they do and how long they may.
          </EmptyState>
        )}
      </Section>
      {bars.length > 0 && (
        <Section id="windows" title="Windows of access" aside={moreBars > 0 ? `${moreBars} more, not shown` : null}>
          <GrantTimeline now={now} window={window} bars={bars} />
        </Section>
      )}
      <div className="grid grid-cols-1 items-start gap-x-6 lg:grid-cols-3">
        <Expiring {...props} />
        <LatestFindings {...props} />
        <Section
          id="freshness"
          title="CloudTrail"
          aside={
            trail.healthHref && (
              <AppLink href={trail.healthHref} className="text-accent-text hover:underline hover:underline-offset-2">
                Health
              </AppLink>
            )
          }
        >
          <Freshness trail={trail} now={now} />
        </Section>
      </div>
    </>
  )
}

const list = 'divide-y divide-line rounded-lg border border-line bg-surface'
const row = 'flex min-h-11 items-center justify-between gap-3 px-4 py-2 text-sm outline-offset-[-2px] hover:bg-hover'
const nothing = 'rounded-lg border border-dashed border-line-strong px-4 py-5 text-sm text-ink-2'

function Expiring({ expiring, now }: DashboardPageProps): ReactNode {
  return (
    <Section id="expiring" title="Ends next">
      {expiring.length === 0 ? (
        <p className={nothing}>Nothing is open, so nothing ends.</p>
      ) : (
        <ul className={list}>
          {expiring.map((item) => (
            <li key={item.id}>
              <AppLink href={item.href} className={row}>
                <span className="min-w-0">
                  <span className="block truncate font-medium">{item.person}</span>
                  <span className="block truncate text-xs text-ink-3">{item.what}</span>
                </span>
                <Countdown until={item.endsAt} now={now} focusable={false} className="shrink-0 text-right" />
              </AppLink>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function LatestFindings({ findings, findingsHref, now }: DashboardPageProps): ReactNode {
  return (
    <Section
      id="latest"
      title="Latest findings"
      aside={
        <AppLink href={findingsHref} className="text-accent-text hover:underline hover:underline-offset-2">
          All findings
        </AppLink>
      }
    >
      {findings.length === 0 ? (
        <p className={`flex items-center gap-2 ${nothing}`}>
          <ShieldCheck aria-hidden className="size-4 shrink-0 text-green-text" />
          Nothing stands out.
        </p>
      ) : (
        <ul className={list}>
          {findings.map((finding) => (
            <li key={finding.id} data-live-id={finding.id}>
              <AppLink href={finding.href} className={row}>
                <span className="min-w-0">
                  <span className="block truncate font-medium">{finding.title}</span>
                  <span className="block truncate text-xs text-ink-3">
                    {finding.person ?? 'Nobody known'}, <RelativeTime at={finding.at} now={now} focusable={false} />
                  </span>
                </span>
                <SeverityBadge severity={finding.severity} />
              </AppLink>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
