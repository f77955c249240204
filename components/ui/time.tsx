'use client'
import { clsx } from 'clsx'
import { useEffect, useRef, type ReactNode } from 'react'
import { announce } from './announce.ts'
import { useNow, useTimeZone } from './clock.ts'
import { clockTime, countdown, relativeTime, soonMs } from './time-format.ts'

type Props = {
  at: string
  now: string
  className?: string
  /** False inside a link or button, which is the stop for the keyboard itself. */
  focusable?: boolean
}

/** Relative; the exact time with its zone is in the tip, on hover and on focus. */
export function RelativeTime({ at, now, className, focusable = true }: Props): ReactNode {
  const current = useNow(now, 15_000)
  return (
    <time dateTime={at} data-tip-time={at} tabIndex={focusable ? 0 : undefined} className={clsx('rounded-sm whitespace-nowrap', className)}>
      {relativeTime(Date.parse(at), Math.max(current, Date.parse(now)))}
    </time>
  )
}

/** "14:32 CET", in the reader's zone once the page is alive. */
export function ClockTime({ at, now, className, focusable = true }: Props): ReactNode {
  const zone = useTimeZone()
  return (
    <time dateTime={at} data-tip-time={at} tabIndex={focusable ? 0 : undefined} className={clsx('rounded-sm whitespace-nowrap', className)}>
      {clockTime(at, Date.parse(now), zone)}
    </time>
  )
}

type CountdownProps = {
  until: string
  now: string
  className?: string
  focusable?: boolean
  /** What ends, for the one announcement five minutes before: "Orders database in Shop production". */
  subject?: string
}

/** Fixed width and tabular, so it never jumps; read aloud once when the end is near, not every second. */
export function Countdown({ until, now, subject, className = 'min-w-[9ch]', focusable = true }: CountdownProps): ReactNode {
  const left = Date.parse(until) - useNow(now)
  const { text, tone } = countdown(left)
  const announced = useRef(left < soonMs)
  useEffect(() => {
    if (tone === 'calm' || announced.current) return
    announced.current = true
    if (subject) announce(`${subject} ends in less than 5 minutes.`)
  }, [tone, subject])
  return (
    <time
      dateTime={until}
      data-tip-time={until}
      tabIndex={focusable ? 0 : undefined}
      className={clsx(
        'tabular inline-block font-medium whitespace-nowrap',
        tone === 'calm' && 'text-ink',
        tone === 'soon' && 'text-orange-text',
        tone === 'over' && 'text-ink-3',
        className,
      )}
    >
      {text}
      {tone !== 'over' && <span className="sr-only"> left</span>}
    </time>
  )
}
