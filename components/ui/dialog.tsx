'use client'
import { Dialog as Base } from '@base-ui/react/dialog'
import { clsx } from 'clsx'
import { X } from 'lucide-react'
import { useRef, type ReactElement, type ReactNode } from 'react'
import { IconButton } from './button.tsx'

type Props = {
  open: boolean
  onOpenChange: (open: boolean) => void
  trigger?: ReactElement
  title: ReactNode
  description?: ReactNode
  children: ReactNode
  /** A sheet comes from the right (from below on a phone) and leaves the page in sight. */
  variant?: 'dialog' | 'sheet'
}

const backdrop =
  'fixed inset-0 z-40 bg-[#0a0e16]/35 transition-opacity duration-150 data-starting-style:opacity-0 data-ending-style:opacity-0'
const shape = {
  dialog:
    'top-1/2 left-1/2 w-[calc(100vw-2rem)] max-w-md -translate-x-1/2 -translate-y-1/2 rounded-lg data-starting-style:scale-98 data-starting-style:opacity-0 data-ending-style:opacity-0',
  sheet:
    'inset-x-0 bottom-0 max-h-[88dvh] rounded-t-lg data-starting-style:translate-y-6 data-starting-style:opacity-0 data-ending-style:opacity-0 md:inset-y-0 md:left-auto md:max-h-none md:w-[28rem] md:rounded-none md:data-starting-style:translate-x-6 md:data-starting-style:translate-y-0',
}

/** Focus is kept inside and goes back to where it came from; Escape closes. */
export function Dialog({ open, onOpenChange, trigger, title, description, children, variant = 'dialog' }: Props): ReactNode {
  const popup = useRef<HTMLDivElement>(null)
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      {trigger && <Base.Trigger render={trigger} />}
      <Base.Portal>
        <Base.Backdrop className={backdrop} />
        <Base.Popup
          ref={popup}
          // To what is to be filled in; else to the dialog, so that its title is read and nothing is pressed by accident.
          initialFocus={() => popup.current?.querySelector<HTMLElement>('textarea, input:not([type="hidden"])') ?? popup.current}
          className={clsx(
            'fixed z-40 flex flex-col overflow-y-auto border border-line-strong bg-raised text-ink shadow-pop transition-[opacity,scale,translate] duration-150 outline-none',
            shape[variant],
          )}
        >
          <header className="flex items-start justify-between gap-3 px-5 pt-4">
            <Base.Title className="text-lg font-semibold text-balance">{title}</Base.Title>
            <Base.Close render={<IconButton label="Close" className="-mt-1 -mr-2" />}>
              <X aria-hidden />
            </Base.Close>
          </header>
          {description && <Base.Description className="px-5 pt-1 text-sm text-ink-2">{description}</Base.Description>}
          <div className="px-5 pt-3 pb-5">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

export const DialogClose = Base.Close
