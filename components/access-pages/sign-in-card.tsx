import { LogIn } from 'lucide-react'
import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Card } from '../ui/layout.tsx'
import { SubmitButton } from '../ui/submit-button.tsx'

export type SignInCardProps = {
  /** One or two; each with what people call it here: "Okta", "Entra ID". `away`: it did not answer lately. */
  providers: { id: string; name: string; away: boolean }[]
  /** Starts the sign-in with the provider that the form names. */
  signInAction: (form: FormData) => void | Promise<void>
  returnTo?: string
  /** Why the last attempt did not work, in words. */
  problem?: { message: string; mend?: string; reference?: string } | null
  /** Where emergency access is taken while groups cannot be confirmed. */
  emergencyHref?: string | null
}

export function SignInCard({ providers, signInAction, returnTo, problem, emergencyHref }: SignInCardProps): ReactNode {
  return (
    <Card className="p-6">
      <h1 className="text-lg font-semibold">Sign in</h1>
      <p className="mt-1 text-sm text-ink-2">Ask for access to AWS, use it, and let it end by itself.</p>
      {problem && (
        <div role="alert" className="mt-4 rounded-md bg-orange-soft px-3 py-2 text-sm text-orange-text">
          <p className="font-medium">{problem.message}</p>
          {problem.mend && <p>{problem.mend}</p>}
          {problem.reference && <p className="mt-1 font-mono text-xs">{problem.reference}</p>}
        </div>
      )}
      <div className="mt-5 flex flex-col gap-3">
        {providers.map(({ id, name, away }, index) => (
          <form key={id} action={signInAction}>
            {returnTo && <input type="hidden" name="returnTo" value={returnTo} />}
            <input type="hidden" name="provider" value={id} />
            <SubmitButton className="w-full" tone={index === 0 ? 'primary' : 'secondary'}>
              <LogIn aria-hidden />
              Continue with {name}
            </SubmitButton>
            {away && <p className="mt-1.5 text-xs text-ink-3">It did not answer lately. Latchkey keeps asking; you can try at any time.</p>}
          </form>
        ))}
      </div>
      {emergencyHref && (
        <p className="mt-5 border-t border-line pt-4 text-sm text-ink-2">
          In an emergency, access works from what was confirmed last.{' '}
          <AppLink href={emergencyHref} className="font-medium text-accent-text underline underline-offset-2">
            Take emergency access
          </AppLink>
        </p>
      )}
    </Card>
  )
}

export function SignedOutCard({ signInHref, note }: { signInHref: string; note?: string }): ReactNode {
  return (
    <Card className="p-6">
      <h1 className="text-lg font-semibold">You are signed out</h1>
      <p className="mt-1 text-sm text-ink-2">{note ?? 'Access you still hold keeps running until its end. Sign in again to end it sooner.'}</p>
      <a href={signInHref} className={buttonClass('primary', 'md', 'mt-5 w-full')}>
        Sign in again
      </a>
    </Card>
  )
}
