'use client'
import { clsx } from 'clsx'
import { Check, Copy } from 'lucide-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { announce } from './announce.ts'

type Props = {
  value: string
  /** What is copied: "access key", "commands for the shell". */
  what: string
  /** With words it is a button; without, an icon beside the thing. */
  label?: string
  className?: string
}

export function CopyButton({ value, what, label, className }: Props): ReactNode {
  const [copied, setCopied] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(value)
    } catch {
      announce(`The browser did not allow copying. Select the ${what} and copy it by hand.`, 'failed')
      return
    }
    setCopied(true)
    announce(`Copied the ${what}.`)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setCopied(false), 2000)
  }

  const Icon = copied ? Check : Copy
  return (
    <button
      type="button"
      onClick={() => void copy()}
      aria-label={label ? undefined : `Copy the ${what}`}
      className={clsx(
        'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md text-xs font-medium transition-colors hover:bg-hover hover:text-ink',
        label ? 'h-8 border border-line-strong bg-surface px-2.5 text-ink pointer-coarse:h-10' : 'size-6 text-ink-3 pointer-coarse:size-9',
        className,
      )}
    >
      <Icon aria-hidden className={clsx('size-3.5', copied && 'text-green-text')} />
      {label && (
        <span className="grid text-center">
          <span className={clsx('col-start-1 row-start-1', copied && 'invisible')}>{label}</span>
          <span aria-hidden className={clsx('col-start-1 row-start-1', !copied && 'invisible')}>
            Copied
          </span>
        </span>
      )}
    </button>
  )
}
