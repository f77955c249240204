'use client'
import { useEffect } from 'react'
import { isTyping } from '../ui/is-typing.ts'

const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-finding] > details > summary')]

/** j and k walk the list, Enter opens; the other keys press the button of the finding in focus that carries them in `data-key`. */
export function FindingKeys(): null {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return
      const all = rows()
      const current = document.activeElement?.closest<HTMLElement>('[data-finding]')
      const at = all.findIndex((row) => row.closest('[data-finding]') === current)
      const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0
      const next = step === 0 ? undefined : all[at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)]
      if (next) {
        event.preventDefault()
        next.focus()
        return
      }
      const button = /^[a-z]$/.test(event.key) ? current?.querySelector<HTMLButtonElement>(`[data-key="${event.key}"]`) : null
      if (!button) return
      event.preventDefault()
      // A dialog inside a closed disclosure would not show.
      button.closest('details')?.setAttribute('open', '')
      button.click()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [])
  return null
}
