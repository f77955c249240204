import { clsx } from 'clsx'
import type { ComponentProps, ReactNode } from 'react'

/**
 * Scrolls sideways by keyboard too, when it must; the header stays under the top bar. A `wide` one has more columns than
 * any window: it always scrolls, and its header goes with it.
 */
export function Table({ label, children, className, wide = false }: { label: string; children: ReactNode; className?: string; wide?: boolean }): ReactNode {
  return (
    <section
      aria-label={label}
      tabIndex={0}
      className={clsx('overflow-x-auto rounded-lg border border-line bg-surface focus-visible:outline-offset-2', wide ? 'max-w-full min-w-0 [&_th]:static' : 'lg:overflow-visible')}
    >
      <table className={clsx('w-full border-separate border-spacing-0 text-sm', className)}>{children}</table>
    </section>
  )
}

export function Th({ className, align = 'left', ...rest }: Omit<ComponentProps<'th'>, 'align'> & { align?: 'left' | 'right' }): ReactNode {
  return (
    <th
      scope="col"
      className={clsx(
        'h-8 lg:sticky lg:top-(--top-bar) lg:z-10 border-b border-line bg-sunken px-3 text-xs font-medium whitespace-nowrap text-ink-3 first:rounded-tl-lg first:pl-4 last:rounded-tr-lg last:pr-4',
        align === 'right' ? 'text-right' : 'text-left',
        className,
      )}
      {...rest}
    />
  )
}

export function Td({ className, align = 'left', ...rest }: Omit<ComponentProps<'td'>, 'align'> & { align?: 'left' | 'right' }): ReactNode {
  return (
    <td
      className={clsx(
        'h-10 border-b border-line px-3 py-1.5 align-middle group-last/row:border-b-0 first:pl-4 last:pr-4',
        align === 'right' ? 'text-right' : 'text-left',
        className,
      )}
      {...rest}
    />
  )
}

export function Tr({ className, ...rest }: ComponentProps<'tr'>): ReactNode {
  return <tr className={clsx('group/row hover:bg-hover', className)} {...rest} />
}
