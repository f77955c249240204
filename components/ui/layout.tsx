import { clsx } from 'clsx'
import { ArrowLeft, ArrowRight, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { AppLink } from './app-link.tsx'
import { LinkButton } from './button.tsx'

type HeaderProps = { title: ReactNode; lead?: ReactNode; back?: { href: string; label: string }; badges?: ReactNode; actions?: ReactNode }

export function PageHeader({ title, lead, back, badges, actions }: HeaderProps): ReactNode {
  return (
    <header className="mb-5 flex flex-wrap items-end justify-between gap-x-4 gap-y-3">
      <div className="min-w-0">
        {back && (
          <AppLink href={back.href} className="mb-1.5 inline-flex items-center gap-1 text-xs text-ink-3 hover:text-ink">
            <ArrowLeft aria-hidden className="size-3" />
            {back.label}
          </AppLink>
        )}
        <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1.5">
          <h1 className="text-xl font-semibold tracking-tight text-balance">{title}</h1>
          {badges}
        </div>
        {lead && <div className="mt-0.5 max-w-[70ch] text-sm text-ink-2">{lead}</div>}
      </div>
      {actions && (
        <div data-print="no" className="flex flex-wrap gap-2">
          {actions}
        </div>
      )}
    </header>
  )
}

type SectionProps = { title: ReactNode; count?: number; aside?: ReactNode; children: ReactNode; className?: string; id?: string }

export function Section({ title, count, aside, children, className = 'mb-8', id }: SectionProps): ReactNode {
  return (
    <section className={className} aria-labelledby={id}>
      <div className="mb-2 flex min-h-5 items-center justify-between gap-3">
        <h2 id={id} className="flex items-baseline gap-2 text-sm font-semibold">
          {title}
          {count !== undefined && <span className="tabular font-normal text-ink-3">{count}</span>}
        </h2>
        {aside && <div className="text-xs text-ink-3">{aside}</div>}
      </div>
      {children}
    </section>
  )
}

export function Card({ children, className }: { children: ReactNode; className?: string }): ReactNode {
  return <div className={clsx('rounded-lg border border-line bg-surface', className)}>{children}</div>
}

export type TileModel = { href: string; label: string; value: number; note?: string; tone?: 'calm' | 'soon' | 'bad' }

const tileTone = { calm: 'text-ink', soon: 'text-orange-text', bad: 'text-red-text' }

export function Tile({ href, label, value, note, tone = 'calm' }: TileModel): ReactNode {
  return (
    <AppLink href={href} className="group flex flex-col gap-0.5 rounded-lg border border-line bg-surface px-4 py-3 transition-colors hover:border-line-strong hover:bg-hover">
      <span className="flex items-center justify-between text-xs font-medium text-ink-2">
        {label}
        <ArrowRight aria-hidden className="size-3.5 text-ink-3 opacity-0 transition-opacity group-hover:opacity-100 group-focus-visible:opacity-100" />
      </span>
      <span className={clsx('tabular text-2xl font-semibold tracking-tight', tileTone[tone])}>{value}</span>
      <span className="min-h-4 text-xs text-ink-3">{note}</span>
    </AppLink>
  )
}

export function Stat({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-ink-3">{label}</dt>
      <dd className="mt-0.5 text-sm">{children}</dd>
    </div>
  )
}

/** A person's own words: always as text, recognisable as theirs. */
export function Quote({ children, className }: { children: string; className?: string }): ReactNode {
  return (
    <blockquote className={clsx('border-l-2 border-line-strong pl-3 text-sm whitespace-pre-wrap text-ink [overflow-wrap:anywhere]', className)}>
      {children}
    </blockquote>
  )
}

type EmptyProps = { icon: LucideIcon; title: string; children: ReactNode; action?: { href: string; label: string } }

/** What this is, what will appear, the one action. */
export function EmptyState({ icon: Icon, title, children, action }: EmptyProps): ReactNode {
  return (
    <div className="flex flex-col items-center rounded-lg border border-dashed border-line-strong px-6 py-10 text-center">
      <Icon aria-hidden className="mb-3 size-6 text-ink-3" strokeWidth={1.5} />
      <p className="text-base font-medium">{title}</p>
      <div className="mt-1 max-w-[52ch] text-sm text-balance text-ink-2">{children}</div>
      {action && (
        <LinkButton href={action.href} tone="primary" className="mt-4">
          {action.label}
        </LinkButton>
      )}
    </div>
  )
}

export function Kbd({ children }: { children: ReactNode }): ReactNode {
  return (
    <kbd className="inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-sm border border-line-strong bg-sunken px-1 font-sans text-[0.6875rem] text-ink-2">
      {children}
    </kbd>
  )
}
