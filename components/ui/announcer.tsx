'use client'
import { CircleCheck, TriangleAlert, X } from 'lucide-react'
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react'
import { announcementEvent, type Announcement } from './announce.ts'

type Toast = Announcement & { key: number }

const shownMs = 6000

/** The page's one live region, and the toasts. Failures stay until they are closed. */
export function Announcer(): ReactNode {
  const [said, setSaid] = useState('')
  const [toasts, setToasts] = useState<Toast[]>([])
  const nextKey = useRef(0)
  const close = useCallback((key: number): void => setToasts((all) => all.filter((toast) => toast.key !== key)), [])

  useEffect(() => {
    const timers = new Set<ReturnType<typeof setTimeout>>()
    const listen = (event: Event): void => {
      const detail = (event as CustomEvent<Announcement>).detail
      const key = nextKey.current++
      setSaid((previous) => (previous === detail.text ? `${detail.text}\u00A0` : detail.text))
      if (detail.tone === 'said') return
      setToasts((all) => [...all.slice(-2), { ...detail, key }])
      if (detail.tone === 'done') timers.add(setTimeout(() => close(key), shownMs))
    }
    window.addEventListener(announcementEvent, listen)
    return () => {
      window.removeEventListener(announcementEvent, listen)
      timers.forEach(clearTimeout)
    }
  }, [close])

  return (
    <>
      <p role="status" aria-live="polite" className="sr-only">
        {said}
      </p>
      <section data-print="no" aria-label={toasts.length > 0 ? 'Messages' : undefined} className="pointer-events-none fixed inset-x-0 bottom-20 z-50 flex flex-col items-center gap-2 px-4 md:bottom-6">
        {toasts.map((toast) => (
          <ToastCard key={toast.key} toast={toast} onClose={() => close(toast.key)} />
        ))}
      </section>
    </>
  )
}

function ToastCard({ toast, onClose }: { toast: Toast; onClose: () => void }): ReactNode {
  const Icon = toast.tone === 'done' ? CircleCheck : TriangleAlert
  return (
    <div className="pointer-events-auto flex max-w-lg items-center gap-2.5 rounded-lg border border-line-strong bg-raised py-2 pr-2 pl-3 text-sm shadow-pop">
      <Icon aria-hidden className={`size-4 shrink-0 ${toast.tone === 'done' ? 'text-green-text' : 'text-orange-text'}`} />
      <span>{toast.text}</span>
      <button type="button" aria-label="Close this message" onClick={onClose} className="rounded-sm p-1 text-ink-3 hover:bg-hover hover:text-ink">
        <X aria-hidden className="size-3.5" />
      </button>
    </div>
  )
}
