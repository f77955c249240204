import { clsx } from 'clsx'
import { ChevronDown } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'

// 16 px on touch screens: below that, iOS zooms the page when a field gets focus.
const control =
  'w-full rounded-md border border-control bg-surface text-sm text-ink placeholder:text-ink-3 transition-colors hover:border-ink-3 focus-visible:border-focus focus-visible:outline-1 focus-visible:outline-offset-0 aria-invalid:border-red disabled:opacity-60 pointer-coarse:text-lg'

export function TextInput({ className, type = 'text', ...rest }: ComponentProps<'input'>): ReactNode {
  return <input type={type} className={clsx(control, 'h-8 px-2.5 pointer-coarse:h-10', className)} {...rest} />
}

export function NumberInput({ className, unit, ...rest }: ComponentProps<'input'> & { unit?: string }): ReactNode {
  return (
    <span className={clsx('relative inline-block', className)}>
      <input type="number" inputMode="numeric" className={clsx(control, 'tabular h-8 px-2.5 pointer-coarse:h-10', unit && 'pr-12')} {...rest} />
      {unit && <span className="pointer-events-none absolute inset-y-0 right-2.5 flex items-center text-xs text-ink-3">{unit}</span>}
    </span>
  )
}

export function TextArea({ className, rows = 3, ...rest }: ComponentProps<'textarea'>): ReactNode {
  return <textarea rows={rows} className={clsx(control, 'field-sizing-content min-h-18 resize-y px-2.5 py-1.5 leading-5', className)} {...rest} />
}

/** The platform's own select: it is the one that works with every keyboard, reader and phone. */
export function Select({ className, children, ...rest }: ComponentProps<'select'>): ReactNode {
  return (
    <span className={clsx('relative inline-block', className)}>
      <select className={clsx(control, 'h-8 appearance-none truncate pr-7 pl-2.5 pointer-coarse:h-10')} {...rest}>
        {children}
      </select>
      <ChevronDown aria-hidden className="pointer-events-none absolute top-1/2 right-2 size-3.5 -translate-y-1/2 text-ink-3" />
    </span>
  )
}
