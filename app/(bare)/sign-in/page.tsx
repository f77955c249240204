import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import type { ReactNode } from 'react'
import { SignInCard, type SignInCardProps } from '#components/access-pages/sign-in-card.tsx'
import { groupsOverage } from '#lib/people/refresh-groups.ts'
import { signInAction } from '#app/_actions/sign-in.actions.ts'
import { safeReturn } from '#app/_server/safe-return.ts'
import { getServices } from '#app/_server/services.ts'
import { getViewer, readSignInId } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Sign in' }

type Problem = NonNullable<SignInCardProps['problem']>

const problems: Record<string, Problem> = {
  signed_out: { message: 'You are signed out.', mend: 'Sign in to go on where you were.' },
  provider_unreachable: { message: 'Your groups could not be confirmed with the identity provider.', mend: 'Sign in again, or try again in a minute.' },
  OAuthCallback: { message: 'That sign-in was not completed.', mend: 'It may have expired or been used before. Start again.' },
  OAuthSignin: { message: 'The identity provider cannot be reached.', mend: 'Try again in a minute. Access you hold keeps its end.' },
  TooMany: { message: 'Too many sign-ins come from your network.', mend: 'Wait a minute, then try again.' },
  groups_overage: { message: groupsOverage.message, mend: groupsOverage.mend },
  identity_unreadable: { message: 'The identity provider does not say who you are in a way that Latchkey accepts.', mend: 'The log names what is missing; the people who run Latchkey can mend it.' },
  person_disabled: { message: 'Your access to Latchkey was switched off.', mend: 'Ask the people who run it.' },
  AccessDenied: { message: 'The identity provider refused this sign-in.' },
}
const otherProblem: Problem = { message: 'That sign-in did not work.', mend: 'Start again.' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function SignInPage({ searchParams }: Props): Promise<ReactNode> {
  const { why, error, returnTo, callbackUrl } = await searchParams
  const target = safeReturn(returnTo ?? (typeof callbackUrl === 'string' && URL.canParse(callbackUrl) ? new URL(callbackUrl).pathname : undefined))
  const viewer = await getViewer()
  if (viewer.ok && !error) redirect(target as never)
  const known = [error, why].find((key): key is string => typeof key === 'string')
  const firstVisit = known === 'signed_out' && target === '/' && !(await readSignInId())
  // A sign-in that ended says how: idle, its limit, switched off. Without one there is nothing more to say.
  const ended: Problem | null = known === 'signed_out' && !viewer.ok ? { message: viewer.message, mend: 'Sign in to go on where you were.' } : null
  const problem = known && !firstVisit ? (ended ?? (Object.hasOwn(problems, known) ? problems[known] : otherProblem) ?? otherProblem) : null
  // Somebody is signed in, and only their groups cannot be confirmed: an emergency need not wait for that.
  const emergencyHref = !viewer.ok && viewer.code === 'provider_unreachable' ? '/request' : null
  return <SignInCard providers={await signInProviders()} signInAction={signInAction} returnTo={target} problem={problem} emergencyHref={emergencyHref} />
}

async function signInProviders(): Promise<SignInCardProps['providers']> {
  const { config, db } = await getServices()
  const beats = await db.heartbeat.findMany({ where: { component: { startsWith: 'provider/' } } })
  const away = new Set(beats.filter((beat) => beat.message !== null).map((beat) => beat.component))
  return config.oidc.map(({ id, name }) => ({ id, name, away: away.has(`provider/${id}`) }))
}
