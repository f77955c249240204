'use client'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useTransition } from 'react'
import { announce } from '../ui/announce.ts'
import { type Live, parseLiveEvent, reconnectDelayMs, refreshWaitMs } from './live-store.ts'

const awayMs = 2_000

/** Nothing moves under the pointer: a list being pointed at waits, but not for ever. */
function isHeld(): boolean {
  return document.querySelector('[data-live-hold]:hover') !== null && window.matchMedia('(hover: hover)').matches
}

/** While two versions of the portal answer, asking for the page again may load it anew, and a dialog's words would be gone. */
function isWriting(): boolean {
  const fields = document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('dialog[open] textarea, dialog[open] input:not([type="hidden"])')
  return [...fields].some((field) => field.value !== '')
}

function mark(ids: Set<string>): void {
  for (const element of document.querySelectorAll<HTMLElement>('[data-live-id]')) {
    if (!ids.has(element.dataset['liveId'] ?? '')) continue
    element.dataset['changed'] = ''
    element.addEventListener('animationend', () => delete element.dataset['changed'], { once: true })
  }
}

/** Asks the server for the page again when something it shows has changed, and marks what did. */
export function LiveRefresh({ url, topics, sinceMs }: Live): null {
  const router = useRouter()
  const [pending, startTransition] = useTransition()
  const changed = useRef(new Set<string>())
  const address = `${url}${url.includes('?') ? '&' : '?'}topics=${encodeURIComponent(topics.join(','))}`

  // What changed between the page's reading and the stream's opening is asked for; a newer page needs no new stream.
  const since = useRef(sinceMs)
  useEffect(() => {
    since.current = sinceMs
  }, [sinceMs])

  useEffect(() => {
    if (pending || changed.current.size === 0) return
    mark(changed.current)
    changed.current.clear()
  }, [pending])

  useEffect(() => {
    let source: EventSource | undefined
    let retry: ReturnType<typeof setTimeout> | undefined
    let settle: ReturnType<typeof setTimeout> | undefined
    /** When the first and the last was said that the page does not show yet. */
    let said: { firstMs: number; lastMs: number } | undefined
    let attempt = 0
    let over = false

    const refresh = (): void => {
      const now = Date.now()
      said = { firstMs: said?.firstMs ?? now, lastMs: now }
      clearTimeout(settle)
      settleDown()
    }
    const settleDown = (): void => {
      if (!said) return
      const now = Date.now()
      const waitMs = refreshWaitMs({ waitedMs: now - said.firstMs, quietMs: now - said.lastMs, held: isHeld(), writing: isWriting() })
      if (waitMs > 0) return void (settle = setTimeout(settleDown, waitMs))
      said = undefined
      void readAgain()
    }
    // A page that nobody asked for again must not become an error page because the portal is away: what it shows stays.
    const readAgain = async (): Promise<void> => {
      const ready = await fetch('/api/health/ready').then((answer) => answer.ok, () => false)
      if (over) return
      // Somebody may have begun to write while the portal was asked.
      if (ready && isWriting()) refresh()
      else if (ready) startTransition(() => router.refresh())
      else settle = setTimeout(() => void readAgain(), awayMs)
    }
    const connect = (): void => {
      source?.close()
      source = new EventSource(`${address}&since=${since.current}`)
      source.addEventListener('open', () => {
        // What was said while nobody listened is in the page's next version.
        if (attempt > 0) refresh()
        attempt = 0
      })
      source.addEventListener('message', (message: MessageEvent<string>) => {
        const event = parseLiveEvent(message.data)
        if (!event) return
        event.ids?.forEach((id) => changed.current.add(id))
        if (event.announce) announce(event.announce)
        refresh()
      })
      source.addEventListener('error', () => {
        source?.close()
        clearTimeout(retry)
        retry = setTimeout(connect, reconnectDelayMs(attempt++))
      })
    }
    const seen = (): void => {
      clearTimeout(retry)
      if (document.hidden) {
        source?.close()
        attempt = Math.max(attempt, 1)
      } else connect()
    }
    connect()
    document.addEventListener('visibilitychange', seen)
    return () => {
      over = true
      document.removeEventListener('visibilitychange', seen)
      source?.close()
      clearTimeout(retry)
      clearTimeout(settle)
    }
  }, [address, router])

  return null
}
