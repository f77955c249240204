'use client'
import { Check, X } from 'lucide-react'
import type { Route } from 'next'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { Action } from '../models.ts'
import { Button } from '../ui/button.tsx'
import { TextArea } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import { FormMessage } from '../ui/form-message.tsx'
import { Kbd } from '../ui/layout.tsx'
import { SubmitButton } from '../ui/submit-button.tsx'
import { useAnnouncedAction } from '../ui/use-announced-action.ts'

type Props = {
  requestId: string
  requester: string
  duration: string
  decideAction: Action
  nextHref: string
  blocked: { message: string; mend?: string } | null
  note?: string
}

/** Approving takes one press. Denying takes a sentence, because the answer goes to a person. */
export function DecisionForm({ requestId, requester, duration, decideAction, nextHref, blocked, note }: Props): ReactNode {
  const [denying, setDenying] = useState(false)
  // A reason typed before the way to the identity provider, or a reload, is still there.
  // oxlint-disable-next-line react/set-state-in-effect -- the server cannot know what this tab has stored
  useEffect(() => setDenying(readReason(requestId) !== ''), [requestId])
  const router = useRouter()
  const [state, run] = useAnnouncedAction(decideAction, {
    onDone: () => {
      sessionStorage.removeItem(keyOf(requestId))
      router.replace(nextHref as Route, { scroll: false })
    },
    // Decided by somebody else: this form goes with the request, and the sentence must not.
    outlives: (refusal) => refusal.code === 'settled',
  })

  return (
    <footer className="sticky bottom-14 flex flex-col gap-3 rounded-b-lg border-t border-line bg-surface px-5 py-3.5 md:bottom-0">
      <FormMessage state={blocked ? { ok: false, code: 'blocked', ...blocked } : state} />
      {note && <p className="text-xs text-ink-3">{note}</p>}
      {!blocked &&
        (denying ? (
          <DenyForm requestId={requestId} requester={requester} run={run} onBack={() => setDenying(false)} />
        ) : (
          <form action={run} className="flex flex-wrap gap-2 max-sm:*:flex-1">
            <input type="hidden" name="requestId" value={requestId} />
            <input type="hidden" name="decision" value="approve" />
            <SubmitButton data-key="a" aria-keyshortcuts="a">
              <Check aria-hidden />
              Approve for {duration}
            </SubmitButton>
            <Button data-key="d" aria-keyshortcuts="d" onClick={() => setDenying(true)}>
              <X aria-hidden />
              Deny…
            </Button>
          </form>
        ))}
    </footer>
  )
}

const keyOf = (requestId: string): string => `latchkey:deny:${requestId}`
const readReason = (requestId: string): string => sessionStorage.getItem(keyOf(requestId)) ?? ''

function DenyForm({ requestId, requester, run, onBack }: { requestId: string; requester: string; run: (form: FormData) => void; onBack: () => void }): ReactNode {
  const area = useRef<HTMLTextAreaElement>(null)
  const [reason, setReason] = useState(() => readReason(requestId))
  const [missing, setMissing] = useState(false)
  useEffect(() => area.current?.focus(), [])
  function back(): void {
    onBack()
    // Focus goes back to what opened this.
    requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-key="d"]')?.focus())
  }
  return (
    <form
      action={run}
      noValidate
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        if (reason.trim() !== '') return
        event.preventDefault()
        setMissing(true)
        area.current?.focus()
      }}
    >
      <input type="hidden" name="requestId" value={requestId} />
      <input type="hidden" name="decision" value="deny" />
      <Field id="deny-reason" label={`Tell ${requester} why`} hint="They see this, and it stays in the record." error={missing && reason.trim() === '' ? 'Write a sentence, so that they know what to do instead.' : undefined}>
        {(wiring) => (
          <TextArea
            {...wiring}
            ref={area}
            name="reason"
            value={reason}
            maxLength={1000}
            onChange={(event) => {
              setReason(event.target.value)
              sessionStorage.setItem(keyOf(requestId), event.target.value)
            }}
            onKeyDown={(event) => {
              if (event.key === 'Escape') back()
            }}
          />
        )}
      </Field>
      <div className="flex items-center gap-2">
        <SubmitButton tone="danger">Deny the request</SubmitButton>
        <Button tone="quiet" onClick={back}>
          Back <Kbd>Esc</Kbd>
        </Button>
      </div>
    </form>
  )
}
