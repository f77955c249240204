'use client'
import { LoaderCircle } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { useFormStatus } from 'react-dom'
import { Button } from './button.tsx'

/** Keeps its width and its place in the tab order while it works. */
export function SubmitButton({ children, onClick, disabled, busy = false, ...rest }: ComponentProps<typeof Button> & { busy?: boolean }): ReactNode {
  const pending = useFormStatus().pending || busy
  return (
    <Button
      type="submit"
      tone="primary"
      {...rest}
      disabled={disabled}
      aria-disabled={pending || undefined}
      aria-busy={pending || undefined}
      onClick={(event) => (pending ? event.preventDefault() : onClick?.(event))}
    >
      <span className="grid">
        <span className={`col-start-1 row-start-1 inline-flex items-center justify-center gap-1.5 ${pending ? 'invisible' : ''}`}>{children}</span>
        {pending && (
          <span className="col-start-1 row-start-1 grid place-items-center">
            <LoaderCircle aria-hidden className="animate-spin" />
          </span>
        )}
      </span>
    </Button>
  )
}
