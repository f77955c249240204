import { DoorClosed } from 'lucide-react'
import type { ReactNode } from 'react'
import { CopyButton } from '../ui/copy-button.tsx'
import { Card } from '../ui/layout.tsx'
import { SubmitButton } from '../ui/submit-button.tsx'

export type NoAccessYetProps = {
  person: { name: string; email: string }
  providerName: string
  /** Whom to ask: a person, a team or a channel. */
  contacts: { label: string; href?: string }[]
  /** The groups that would give access, as the identity provider calls them. */
  groups: string[]
  /** Where the first admin is made by code, while nobody is one. */
  firstAdminHref?: string | undefined
  signOutAction: (form: FormData) => void | Promise<void>
}

/** Signed in, but no group of the identity provider leads anywhere here. */
export function NoAccessYet({ person, providerName, contacts, groups, firstAdminHref, signOutAction }: NoAccessYetProps): ReactNode {
  const message = `Please add ${person.email} to a group that may use Latchkey${groups.length > 0 ? ` (${new Intl.ListFormat('en', { type: 'disjunction' }).format(groups)})` : ''}.`
  return (
    <Card className="p-6">
      <DoorClosed aria-hidden className="mb-3 size-6 text-ink-3" strokeWidth={1.5} />
      <h1 className="text-lg font-semibold">No access yet, {person.name}</h1>
      <p className="mt-1 text-sm text-ink-2">
        You are signed in as {person.email}, but none of your groups in {providerName} leads to an access profile.
      </p>
      <h2 className="mt-4 text-sm font-medium">Whom to ask</h2>
      <ul className="mt-1 text-sm text-ink-2">
        {contacts.map((contact) => (
          <li key={contact.label}>
            {contact.href ? (
              <a href={contact.href} className="text-accent-text underline underline-offset-2">
                {contact.label}
              </a>
            ) : (
              contact.label
            )}
          </li>
        ))}
      </ul>
      <div className="mt-4 rounded-md bg-sunken p-3 text-sm text-ink-2">
        <p>{message}</p>
        <CopyButton value={message} what="message" label="Copy the message" className="mt-2" />
      </div>
      <p className="mt-4 text-xs text-ink-3">A new group counts from your next sign-in, or within 15 minutes.</p>
      {firstAdminHref && (
        <p className="mt-4 text-sm">
          <a href={firstAdminHref} className="text-accent-text underline underline-offset-2">
            Setting Latchkey up? Become the first admin
          </a>
        </p>
      )}
      <form action={signOutAction} className="mt-4">
        <SubmitButton tone="secondary">Sign out</SubmitButton>
      </form>
    </Card>
  )
}
