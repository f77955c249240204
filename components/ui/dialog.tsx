'use client'
import { clsx } from 'clsx'
import { X } from 'lucide-react'
import { useEffect, useId, useRef, type ReactNode } from 'react'
import { IconButton } from './button.tsx'

type Props = {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  children: ReactNode
  /** A sheet comes from the right (from below on a phone) and leaves the page in sight. */
  variant?: 'dialog' | 'sheet'
}

const shape = {
  dialog: 'm-auto w-[calc(100vw-2rem)] max-w-md rounded-lg starting:open:scale-98',
  sheet:
    'inset-x-0 top-auto bottom-0 m-0 w-full max-w-none max-h-[88dvh] rounded-t-lg starting:open:translate-y-6 md:inset-y-0 md:left-auto md:h-dvh md:max-h-none md:w-[28rem] md:rounded-none md:starting:open:translate-x-6 md:starting:open:translate-y-0',
}

/** The browser's own modal dialog: it keeps the focus, gives it back, makes the rest inert and closes on Escape. */
export function Dialog({ open, onOpenChange, title, children, variant = 'dialog' }: Props): ReactNode {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()

  useEffect(() => {
    const dialog = ref.current
    if (!dialog) return
    if (!open) return dialog.close()
    if (!dialog.open) dialog.showModal()
    // To what is to be filled in; else to the title, so that it is read and nothing is pressed by accident.
    const first = dialog.querySelector<HTMLElement>('textarea, input:not([type="hidden"])') ?? dialog.querySelector<HTMLElement>('h2')
    first?.focus()
  }, [open])

  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      onClose={() => onOpenChange(false)}
      onPointerDown={(event) => {
        if (event.target === ref.current) onOpenChange(false)
      }}
      className={clsx(
        'fixed overflow-y-auto border border-line-strong bg-raised p-0 text-ink shadow-pop transition-[opacity,scale,translate] duration-150 outline-none backdrop:bg-[#0a0e16]/40 starting:open:opacity-0',
        shape[variant],
      )}
    >
      {open && (
        <div className="px-5 pt-4 pb-5">
          <header className="mb-2 flex items-start justify-between gap-3">
            <h2 id={id} tabIndex={-1} className="text-lg font-semibold text-balance">
              {title}
            </h2>
            <IconButton label="Close" className="-mt-1 -mr-2" onClick={() => onOpenChange(false)}>
              <X aria-hidden />
            </IconButton>
          </header>
          {children}
        </div>
      )}
    </dialog>
  )
}
