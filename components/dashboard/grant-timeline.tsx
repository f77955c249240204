import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { ClockTime } from '../ui/time.tsx'
import type { DashboardPageProps, TimelineBar } from './dashboard-models.ts'
import { percentOf, ticks } from './time-axis.ts'
import { AxisShape, BarShape, GridShape } from './timeline-shapes.tsx'

type Props = Pick<DashboardPageProps, 'now' | 'window' | 'bars'>

const fills: Record<TimelineBar['state'], string> = { active: 'fill-accent', scheduled: 'fill-accent-soft stroke-accent', ended: 'fill-line-strong' }
const words: Record<TimelineBar['state'], string> = { active: 'active', scheduled: 'scheduled', ended: 'ended' }

/** One row a grant. Positions are SVG attributes in percent: nothing is measured, nothing needs a style. */
export function GrantTimeline({ now, window, bars }: Props): ReactNode {
  const from = Date.parse(window.from)
  const to = Date.parse(window.to)
  const marks = ticks(from, to)
  const nowAt = percentOf(Date.parse(now), from, to)
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-surface">
      <div className="relative">
        <Grid marks={marks} from={from} to={to} nowAt={nowAt} />
      <ul className="relative">
        {bars.map((bar) => (
          <li key={bar.id} data-live-id={bar.id}>
            <AppLink href={bar.href} className="grid grid-cols-[8.5rem_minmax(0,1fr)] items-center outline-offset-[-2px] hover:bg-hover sm:grid-cols-[15rem_minmax(0,1fr)]">
              <span className="flex min-w-0 items-baseline gap-2 px-4 text-sm">
                <span className="truncate font-medium sm:shrink-0">{bar.person.name}</span>
                <span className="truncate text-xs text-ink-3 max-sm:hidden">{bar.profile.name}</span>
              </span>
              <span className="sr-only">{words[bar.state]}</span>
              <BarRow bar={bar} from={from} to={to} />
            </AppLink>
          </li>
        ))}
      </ul>
      </div>
      <Axis marks={marks} from={from} to={to} now={now} nowAt={nowAt} />
    </div>
  )
}

/** The hours and now, once behind all rows. */
function Grid({ marks, from, to, nowAt }: { marks: number[]; from: number; to: number; nowAt: number }): ReactNode {
  return (
    <div aria-hidden className="pointer-events-none absolute inset-y-0 right-0 left-[8.5rem] border-l border-line sm:left-[15rem]">
      <GridShape marks={marks.map((at) => percentOf(at, from, to))} now={nowAt} />
    </div>
  )
}

function BarRow({ bar, from, to }: { bar: TimelineBar; from: number; to: number }): ReactNode {
  const start = percentOf(Date.parse(bar.startsAt), from, to)
  const end = percentOf(Date.parse(bar.endsAt), from, to)
  const production = bar.profile.account.environment === 'production'
  const tone = production && bar.state !== 'ended' ? (bar.state === 'active' ? 'fill-red' : 'fill-red-soft stroke-red') : fills[bar.state]
  return <BarShape from={start} width={Math.max(0.4, end - start)} tone={tone} />
}

function Axis({ marks, from, to, now, nowAt }: { marks: number[]; from: number; to: number; now: string; nowAt: number }): ReactNode {
  return (
    <div className="grid grid-cols-[8.5rem_minmax(0,1fr)] border-t border-line bg-sunken sm:grid-cols-[15rem_minmax(0,1fr)]">
      <span className="flex items-center px-4 text-xs text-ink-3">
        Now <ClockTime at={now} now={now} focusable={false} className="ml-1" />
      </span>
      <AxisShape marks={marks.map((at) => ({ at, percent: percentOf(at, from, to), fromNow: Math.abs(percentOf(at, from, to) - nowAt) }))} now={nowAt} />
    </div>
  )
}
