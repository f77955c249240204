'use client'
import type { Route } from 'next'
import Form from 'next/form'
import { useEffect, useRef, type ReactNode } from 'react'
import { buttonClass } from './button.tsx'

const typingMs = 350

/** A GET form: filters live in the address. It sends itself when something changes; without JavaScript, the button does. */
export function FilterBar({ action, label, children, className }: { action: string; label: string; children: ReactNode; className?: string }): ReactNode {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  return (
    <Form
      action={action as Route}
      replace
      scroll={false}
      role="search"
      aria-label={label}
      data-print="no"
      className={className ?? 'mb-3 flex flex-wrap items-end gap-2'}
      onChange={(event) => {
        const form = event.currentTarget
        const typed = event.target instanceof HTMLInputElement && ['search', 'text', 'date'].includes(event.target.type)
        clearTimeout(timer.current)
        timer.current = setTimeout(() => form.requestSubmit(), typed ? typingMs : 0)
      }}
    >
      {children}
      <noscript>
        <button type="submit" className={buttonClass()}>
          Filter
        </button>
      </noscript>
    </Form>
  )
}
