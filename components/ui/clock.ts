'use client'
import { useEffect, useMemo, useSyncExternalStore } from 'react'

/**
 * One clock for the page, set by the server's: a laptop that is ten minutes off must not show ten minutes more access.
 * Small differences are the network's and are ignored, so that countdowns never jump.
 */
let offsetMs = 0
const ignoredMs = 4000
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => listeners.forEach((notify) => notify()), 250)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

/** The time of day, moving in steps of `stepMs`. `serverNow` is what the server rendered with, so hydration agrees. */
export function useNow(serverNow: string, stepMs = 1000): number {
  const first = Date.parse(serverNow)
  const read = useMemo(() => (): number => Math.floor((Date.now() + offsetMs) / stepMs) * stepMs, [stepMs])
  return useSyncExternalStore(subscribe, read, () => first)
}

export function ClockSync({ now }: { now: string }): null {
  useEffect(() => {
    const difference = Date.parse(now) - Date.now()
    offsetMs = Math.abs(difference) < ignoredMs ? 0 : difference
    listeners.forEach((notify) => notify())
  }, [now])
  return null
}

const noSubscription = (): (() => void) => () => {}

/** UTC on the server and while hydrating, then the reader's own zone. */
export function useTimeZone(): string {
  return useSyncExternalStore(
    noSubscription,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => 'UTC',
  )
}
