'use client'
import { EyeOff, KeyRound, ShieldCheck } from 'lucide-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { flushSync } from 'react-dom'
import { announce } from '../ui/announce.ts'
import { answerOf } from '../ui/answer-of.ts'
import { Button } from '../ui/button.tsx'
import { FormMessage } from '../ui/form-message.tsx'
import { SubmitButton } from '../ui/submit-button.tsx'
import { ConsoleForm } from './console-form.tsx'
import type { RevealedLease } from './credential-formats.ts'
import { LeaseTabs } from './lease-tabs.tsx'

export type RevealState = null | { ok: true; lease: RevealedLease } | { ok: false; code: string; message: string; mend?: string; confirmHref?: string }
export type RevealAction = (previous: RevealState, form: FormData) => Promise<RevealState>

type Props = { now: string; grantId: string; profileSlug: string; revealAction: RevealAction; consoleUrl: string | null }

/** Secrets live in this component's state and nowhere else: gone when hidden, left, or put into the browser's page cache. */
function useRevealed(): [RevealState, (next: RevealState) => void] {
  const [state, setState] = useState<RevealState>(null)
  useEffect(() => {
    const forget = (): void => flushSync(() => setState(null))
    window.addEventListener('pagehide', forget)
    return () => window.removeEventListener('pagehide', forget)
  }, [])
  return [state, setState]
}

export function RevealPanel({ now, grantId, profileSlug, revealAction, consoleUrl }: Props): ReactNode {
  const [state, setState] = useRevealed()
  const heading = useRef<HTMLHeadingElement>(null)
  const lease = state?.ok ? state.lease : null

  useEffect(() => {
    if (!lease) return
    heading.current?.focus()
    announce('Credentials are shown. They are shown once.')
  }, [lease])

  async function reveal(form: FormData): Promise<void> {
    setState(await answerOf(() => revealAction(null, form), (refusal): RevealState => refusal))
  }

  if (lease) {
    return (
      <section aria-labelledby="revealed">
        <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
          <div>
            <h2 id="revealed" ref={heading} tabIndex={-1} className="text-sm font-semibold">
              Your credentials
            </h2>
            <p className="text-sm text-ink-2">Shown once: Latchkey keeps no copy. Hide them or leave, and you need new ones.</p>
          </div>
          <Button onClick={() => setState(null)}>
            <EyeOff aria-hidden />
            Hide
          </Button>
        </div>
        <LeaseTabs lease={lease} now={now} profileSlug={profileSlug} consoleForm={consoleUrl ? <ConsoleForm url={consoleUrl} grantId={grantId} /> : null} />
      </section>
    )
  }
  return (
    <div className="rounded-lg border border-line bg-surface p-6">
      <h2 className="text-base font-semibold">Take credentials when you are ready to use them</h2>
      <p className="mt-1 max-w-[60ch] text-sm text-ink-2">
        A new set is made for you and shown once. It stops working when your access ends, at the latest; what you do with it is recorded under your
        name.
      </p>
      <div className="mt-4 flex flex-col gap-3">
        <FormMessage state={state && !state.ok ? state : null} />
        <div className="flex flex-wrap items-center gap-2">
          <form action={reveal}>
            <input type="hidden" name="grantId" value={grantId} />
            <SubmitButton>
              <KeyRound aria-hidden />
              Reveal credentials
            </SubmitButton>
          </form>
          {consoleUrl && <ConsoleForm url={consoleUrl} grantId={grantId} />}
        </div>
      </div>
      <p className="mt-4 flex items-center gap-1.5 text-xs text-ink-3">
        <ShieldCheck aria-hidden className="size-3.5 shrink-0" />
        Check that nobody else can see your screen.
      </p>
    </div>
  )
}
