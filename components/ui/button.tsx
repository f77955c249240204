import { clsx } from 'clsx'
import type { ComponentProps, ReactNode } from 'react'
import { AppLink } from './app-link.tsx'

export type ButtonTone = 'primary' | 'secondary' | 'quiet' | 'danger' | 'critical'
export type ButtonSize = 'sm' | 'md'

const tones: Record<ButtonTone, string> = {
  primary: 'bg-accent text-accent-on border-transparent hover:bg-accent-hover shadow-[inset_0_1px_0_rgb(255_255_255/0.12)]',
  secondary: 'bg-surface text-ink border-line-strong hover:bg-hover',
  quiet: 'bg-transparent text-ink-2 border-transparent hover:bg-hover hover:text-ink',
  danger: 'bg-surface text-red-text border-line-strong hover:bg-red-soft hover:border-red',
  critical: 'bg-red text-accent-on border-transparent hover:brightness-110',
}
const sizes: Record<ButtonSize, string> = {
  sm: 'h-7 px-2.5 text-xs gap-1.5 rounded-md pointer-coarse:h-9',
  md: 'h-8 px-3 text-sm gap-1.5 rounded-md pointer-coarse:h-10',
}

export function buttonClass(tone: ButtonTone = 'secondary', size: ButtonSize = 'md', extra?: string): string {
  return clsx(
    'inline-flex shrink-0 items-center justify-center border font-medium whitespace-nowrap select-none transition-colors duration-100',
    'disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-not-allowed aria-disabled:opacity-55 [&_svg]:size-3.5 [&_svg]:shrink-0',
    tones[tone],
    sizes[size],
    extra,
  )
}

type Look = { tone?: ButtonTone; size?: ButtonSize }

export function Button({ tone, size, className, type = 'button', ...rest }: ComponentProps<'button'> & Look): ReactNode {
  // oxlint-disable-next-line react/button-has-type -- the default above is "button"
  return <button type={type} className={buttonClass(tone, size, className)} {...rest} />
}

export function LinkButton({ tone, size, className, ...rest }: ComponentProps<typeof AppLink> & Look): ReactNode {
  return <AppLink className={buttonClass(tone, size, className)} {...rest} />
}

export const iconButtonClass =
  'inline-flex size-8 shrink-0 items-center justify-center rounded-md text-ink-3 transition-colors hover:bg-hover hover:text-ink pointer-coarse:size-10 [&_svg]:size-4'

/** An icon alone still has a name: `label` is read aloud and shown as the tip. */
export function IconButton({ label, className, type = 'button', ...rest }: ComponentProps<'button'> & { label: string }): ReactNode {
  return (
    <button
      // oxlint-disable-next-line react/button-has-type -- the default above is "button"
      type={type}
      aria-label={label}
      data-tip={label}
      className={clsx(iconButtonClass, className)}
      {...rest}
    />
  )
}
