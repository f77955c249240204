'use client'
import type { Route } from 'next'
import { useRouter } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { isTyping } from '../ui/is-typing.ts'

/** j and k walk the list; a and d press the buttons marked `data-key` in the panel, so what they do is what is seen. */
export function ApprovalKeys({ hrefs, index, selectedId }: { hrefs: string[]; index: number; selectedId: string | null }): null {
  const router = useRouter()
  const before = useRef(selectedId)
  useEffect(() => {
    if (before.current === selectedId) return
    before.current = selectedId
    // The buttons that had the focus are gone with the request they decided.
    if (document.activeElement === document.body) (document.querySelector<HTMLElement>('#selected') ?? document.querySelector<HTMLElement>('#main'))?.focus()
  }, [selectedId])
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.repeat || isTyping(event)) return
      const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0
      const href = step === 0 ? undefined : hrefs[index + step]
      if (href) router.replace(href as Route, { scroll: false })
      if (event.key !== 'a' && event.key !== 'd') return
      const button = document.querySelector<HTMLButtonElement>(`[data-key="${event.key}"]`)
      if (!button) return
      event.preventDefault()
      button.click()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [hrefs, index, router])
  return null
}
