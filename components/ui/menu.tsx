'use client'
import { Check } from 'lucide-react'
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { AppLink } from './app-link.tsx'

const itemClass =
  'flex min-h-8 w-full cursor-default items-center gap-2 rounded-sm px-2 text-left text-sm outline-none select-none hover:bg-hover focus:bg-hover pointer-coarse:min-h-10 [&_svg]:size-4 [&_svg]:text-ink-3'
const gap = 6
const edge = 8

type Props = {
  label: string
  /** What the button shows; `name` and a tip when that is only an icon. */
  button: ReactNode
  name?: string
  buttonClassName: string
  children: ReactNode
}

function place(menu: HTMLElement, trigger: Element): void {
  const box = trigger.getBoundingClientRect()
  const below = box.bottom + gap + menu.offsetHeight < window.innerHeight
  menu.style.top = `${below ? box.bottom + gap : Math.max(edge, box.top - menu.offsetHeight - gap)}px`
  menu.style.left = `${Math.max(edge, Math.min(box.right - menu.offsetWidth, window.innerWidth - menu.offsetWidth - edge))}px`
}

function move(menu: HTMLElement, event: KeyboardEvent): void {
  const items = [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]')]
  const at = items.indexOf(document.activeElement as HTMLElement)
  const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }
  const next = steps[event.key]
  if (next !== undefined) {
    event.preventDefault()
    items[(next + items.length) % items.length]?.focus()
  } else if (event.key === 'Tab') menu.hidePopover()
  else if (/^\p{L}$/u.test(event.key)) items.find((item) => item.textContent.trim().toLowerCase().startsWith(event.key.toLowerCase()))?.focus()
}

/** The browser's popover closes on Escape and outside presses and gives the focus back; arrows and letters are added here. */
export function Menu({ label, button, name, buttonClassName, children }: Props): ReactNode {
  const id = useId()
  const ref = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type="button" popoverTarget={id} aria-haspopup="menu" aria-expanded={open} aria-label={name} data-tip={name} className={buttonClassName}>
        {button}
      </button>
      <div
        ref={ref}
        id={id}
        popover="auto"
        role="menu"
        tabIndex={-1}
        aria-label={label}
        onKeyDown={(event) => ref.current && move(ref.current, event)}
        onToggle={(event) => {
          const menu = event.currentTarget
          const opened = event.newState === 'open'
          setOpen(opened)
          const trigger = menu.previousElementSibling
          if (!opened || !trigger) return
          place(menu, trigger)
          menu.querySelector<HTMLElement>('[aria-checked="true"], [role^="menuitem"]')?.focus()
        }}
        onClick={(event) => {
          if (event.target instanceof Element && event.target.closest('[role^="menuitem"]')) event.currentTarget.hidePopover()
        }}
        className="fixed inset-auto m-0 min-w-52 rounded-lg border border-line-strong bg-raised p-1 text-ink shadow-pop outline-none"
      >
        {children}
      </div>
    </>
  )
}

export function MenuLink({ href, children }: { href: string; children: ReactNode }): ReactNode {
  return (
    <AppLink href={href} role="menuitem" tabIndex={-1} className={itemClass}>
      {children}
    </AppLink>
  )
}

export function MenuItem({ onSelect, children }: { onSelect: () => void; children: ReactNode }): ReactNode {
  return (
    <button type="button" role="menuitem" tabIndex={-1} onClick={onSelect} className={itemClass}>
      {children}
    </button>
  )
}

type ChoiceProps = { label: string; value: string; options: { value: string; label: string; icon?: ReactNode }[]; onChange: (value: string) => void }

export function MenuChoice({ label, value, options, onChange }: ChoiceProps): ReactNode {
  return (
    <div role="group" aria-label={label}>
      {options.map((option) => (
        <button key={option.value} type="button" role="menuitemradio" tabIndex={-1} aria-checked={option.value === value} onClick={() => onChange(option.value)} className={itemClass}>
          {option.icon}
          <span className="flex-1">{option.label}</span>
          {option.value === value && <Check aria-hidden />}
        </button>
      ))}
    </div>
  )
}
