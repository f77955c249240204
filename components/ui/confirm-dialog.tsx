'use client'
import { startTransition, useState, type FormEvent, type ReactNode } from 'react'
import type { Action } from '../models.ts'
import { Button, type ButtonSize, type ButtonTone } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { FormMessage } from './form-message.tsx'
import { SubmitButton } from './submit-button.tsx'
import { useAnnouncedAction } from './use-announced-action.ts'

type Props = {
  /** `name` is what a reader hears when the label alone does not say whom or what. */
  trigger: { label: string; name?: string; tone?: ButtonTone; size?: ButtonSize; /** The key that presses it, where the page listens for keys. */ shortcut?: string }
  title: string
  /** What will happen, to whom. Never a question. */
  consequences: ReactNode
  confirmLabel: string
  keepLabel?: string
  action: Action
  fields: Record<string, string>
  tone?: 'primary' | 'critical'
  children?: ReactNode
}

export function ConfirmDialog({ trigger, title, consequences, ...form }: Props): ReactNode {
  const [open, setOpen] = useState(false)
  // A table has one a row: it is made when it is first asked for, and stays for its way of closing.
  const [asked, setAsked] = useState(false)
  return (
    <>
      <Button tone={trigger.tone} size={trigger.size} aria-label={trigger.name} aria-haspopup="dialog" data-key={trigger.shortcut} onClick={() => {
          setAsked(true)
          setOpen(true)
        }}>
        {trigger.label}
      </Button>
      {asked && (
        <Dialog open={open} onOpenChange={setOpen} title={title}>
          <div className="text-sm text-ink-2">{consequences}</div>
          <ConfirmForm {...form} onDone={() => setOpen(false)} onKeep={() => setOpen(false)} />
        </Dialog>
      )}
    </>
  )
}

type FormProps = Omit<Props, 'trigger' | 'title' | 'consequences'> & { onDone: () => void; onKeep: () => void }

function ConfirmForm({ action, fields, confirmLabel, keepLabel = 'Keep it', tone = 'critical', children, onDone, onKeep }: FormProps): ReactNode {
  const [state, run, busy] = useAnnouncedAction(action, { onDone })

  // React resets a form after its action; sent this way, a reason that was refused is still there to be mended.
  function send(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    startTransition(() => run(data))
  }
  return (
    <form action={run} onSubmit={send} className="mt-4 flex flex-col gap-4">
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {children}
      <FormMessage state={state} />
      <div className="flex flex-row-reverse flex-wrap justify-start gap-2">
        <SubmitButton tone={tone} busy={busy}>{confirmLabel}</SubmitButton>
        <Button tone="quiet" onClick={onKeep}>
          {keepLabel}
        </Button>
      </div>
    </form>
  )
}
