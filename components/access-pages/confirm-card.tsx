import { ShieldCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { FormMessage } from '../ui/form-message.tsx'
import { LinkButton } from '../ui/button.tsx'
import { Card } from '../ui/layout.tsx'
import { SubmitButton } from '../ui/submit-button.tsx'

export type ConfirmCardProps = {
  /** What the person was about to do, and what it asks of them. */
  sentences: string[]
  fields: Record<string, string>
  confirmAction: (form: FormData) => void | Promise<void>
  backHref: string
  /** Why the last attempt did not count. */
  problem: { code: string; message: string; mend?: string } | null
}

/** Between an action and the identity provider: why it asks again, and the way back without it. */
export function ConfirmCard({ sentences, fields, confirmAction, backHref, problem }: ConfirmCardProps): ReactNode {
  return (
    <Card className="p-6">
      <ShieldCheck aria-hidden className="mb-3 size-6 text-ink-3" strokeWidth={1.5} />
      <h1 className="text-lg font-semibold">Confirm that it is you</h1>
      {sentences.map((sentence) => (
        <p key={sentence} className="mt-1.5 text-sm text-ink-2">
          {sentence}
        </p>
      ))}
      <div className="mt-4">
        <FormMessage state={problem ? { ok: false, ...problem } : null} />
      </div>
      <form action={confirmAction} className="mt-4 flex flex-wrap gap-2">
        {Object.entries(fields).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <SubmitButton>Go to the identity provider</SubmitButton>
        <LinkButton href={backHref}>Not now</LinkButton>
      </form>
    </Card>
  )
}
