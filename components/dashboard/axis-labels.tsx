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

/** In the reader's zone, as every other time on the page; marks too near to "now" give way to it. */
export function AxisLabels({ marks }: { marks: Mark[] }): ReactNode {
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
