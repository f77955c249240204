'use client'
import { useEffect, useId, useRef, type ReactNode } from 'react'
import { exactTime } from './time-format.ts'

const gap = 6
const delayMs = 250

function textOf(target: HTMLElement): string {
  const iso = target.dataset['tipTime']
  if (!iso) return target.dataset['tip'] ?? ''
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const utc = exactTime(iso)
  return zone === 'UTC' ? utc : `${exactTime(iso, zone)}\n${utc}`
}

function place(tip: HTMLElement, target: HTMLElement): void {
  const box = target.getBoundingClientRect()
  const below = box.bottom + gap + tip.offsetHeight < window.innerHeight
  const left = Math.min(Math.max(8, box.left + box.width / 2 - tip.offsetWidth / 2), window.innerWidth - tip.offsetWidth - 8)
  // Through CSSOM, which the content security policy allows; a style attribute in HTML it does not.
  tip.style.left = `${left}px`
  tip.style.top = `${below ? box.bottom + gap : Math.max(8, box.top - tip.offsetHeight - gap)}px`
}

/**
 * One tip for the whole page. Anything with `data-tip` or `data-tip-time` has it on hover and on focus, server-rendered
 * markup included. It can be hovered, Escape closes it, and the target is described by it while it shows.
 */
export function TipLayer(): ReactNode {
  const id = useId()
  const ref = useRef<HTMLDivElement>(null)

  useEffect(() => {
    const tip = ref.current
    if (!tip) return
    let target: HTMLElement | null = null
    let timer: ReturnType<typeof setTimeout> | undefined

    const hide = (): void => {
      clearTimeout(timer)
      if (target?.getAttribute('aria-describedby') === id) target.removeAttribute('aria-describedby')
      target = null
      if (tip.matches(':popover-open')) tip.hidePopover()
    }
    const show = (next: HTMLElement): void => {
      if (next === target) return clearTimeout(timer)
      hide()
      const text = textOf(next)
      if (text === '' || !next.isConnected) return
      target = next
      tip.textContent = text
      tip.showPopover()
      place(tip, next)
      // A name that says the same already needs no description.
      if (!next.hasAttribute('aria-describedby') && next.getAttribute('aria-label') !== text) next.setAttribute('aria-describedby', id)
    }
    const find = (node: EventTarget | null): HTMLElement | null =>
      node instanceof Element ? node.closest<HTMLElement>('[data-tip],[data-tip-time]') : null
    const over = (event: Event): void => {
      if (event.target === tip) return clearTimeout(timer)
      const next = find(event.target)
      clearTimeout(timer)
      if (next) timer = setTimeout(() => show(next), delayMs)
      else if (target && document.activeElement !== target) timer = setTimeout(hide, 120)
    }
    const focused = (event: Event): void => {
      const next = find(event.target)
      if (next && event.target instanceof Element && event.target.matches(':focus-visible')) show(next)
      else hide()
    }
    const key = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') hide()
    }
    const listeners: [string, (event: never) => void, boolean?][] = [
      ['pointerover', over], ['focusin', focused], ['focusout', hide], ['keydown', key], ['pointerdown', hide], ['scroll', hide, true],
    ]
    for (const [name, run, capture] of listeners) document.addEventListener(name, run as EventListener, capture)
    return () => {
      for (const [name, run, capture] of listeners) document.removeEventListener(name, run as EventListener, capture)
      hide()
    }
  }, [id])

  return <div ref={ref} id={id} role="tooltip" popover="manual" className="tip" />
}
