'use client'
import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { useTimeZone } from '../ui/clock.ts'

type Mark = {
  at: number
  percent: number
  /** Distance to "now" in percent. */
  fromNow: number
}

/**
 * What the timeline draws, positions in percent. Client components: a server component's SVG may be streamed in pieces,
 * which React hides with an inline style.
 */
export function GridShape({ marks, now }: { marks: number[]; now: number }): ReactNode {
  return (
    <svg className="block size-full">
      {marks.map((percent) => (
        <line key={percent} x1={`${percent}%`} x2={`${percent}%`} y1="0" y2="100%" className="stroke-line" />
      ))}
      <line x1={`${now}%`} x2={`${now}%`} y1="0" y2="100%" className="stroke-ink" strokeWidth="1.5" />
    </svg>
  )
}

export function BarShape({ from, width, tone }: { from: number; width: number; tone: string }): ReactNode {
  return (
    <svg aria-hidden className="block h-8 w-full">
      <rect x={`${from}%`} width={`${width}%`} y="10" height="12" rx="3" className={tone} />
    </svg>
  )
}

export function AxisShape({ marks, now }: { marks: Mark[]; now: number }): ReactNode {
  return (
    <svg aria-hidden className="tabular block h-7 w-full border-l border-line text-[0.6875rem]">
      <AxisLabels marks={marks} />
      <text x={`${now}%`} y="18" textAnchor="middle" className="fill-ink font-semibold">
        now
      </text>
    </svg>
  )
}

/** In the reader's zone, as every other time on the page; marks too near to "now" give way to it. */
function AxisLabels({ marks }: { marks: Mark[] }): ReactNode {
  const timeZone = useTimeZone()
  const format = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone })
  return marks
    .filter((mark) => mark.fromNow > 4 && mark.percent > 3 && mark.percent < 97)
    .map((mark, index) => (
      <text key={mark.at} x={`${mark.percent}%`} y="18" textAnchor="middle" className={clsx('fill-ink-3', (index % 2 === 1 || mark.fromNow < 18) && 'max-sm:hidden')}>
        {format.format(mark.at)}
      </text>
    ))
}
