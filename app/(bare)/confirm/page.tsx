import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import type { ReactNode } from 'react'
import { ConfirmCard, type ConfirmCardProps } from '#components/access-pages/confirm-card.tsx'
import { findProfile } from '#lib/catalog/profiles.queries.ts'
import { type AuthenticationNeed, confirmationProblems } from '#lib/people/fresh-authentication.ts'
import { confirmAction } from '#app/_actions/sign-in.actions.ts'
import { type Confirmation, confirmationSchema } from '#app/_server/confirmation.ts'
import { getServices } from '#app/_server/services.ts'
import { requireViewer } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Confirm that it is you' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

const actions: Record<Confirmation['action'], string> = { reveal: 'Before you take credentials of', decide: 'Before you decide a request for' }
const unreachable = { code: 'unreachable', message: 'The identity provider cannot be reached.', mend: 'Try again in a minute. Nothing you typed is lost.' }

export default async function ConfirmPage({ searchParams }: Props): Promise<ReactNode> {
  await requireViewer('/')
  const given = await searchParams
  const asked = confirmationSchema.safeParse(given).data
  const { db } = await getServices()
  const profile = asked && (await findProfile(db, asked.profile))
  const need = asked && profile?.definition.freshAuthentication?.[asked.action]
  if (!asked || !profile || !need) redirect((asked?.returnTo ?? '/') as never)
  return (
    <ConfirmCard
      sentences={[`${actions[asked.action]} “${profile.title}”, sign in once more.`, `${inWords(need)} You come back to where you are, with what you typed.`]}
      fields={asked}
      confirmAction={confirmAction}
      backHref={asked.returnTo}
      problem={problemOf(given.problem)}
    />
  )
}

function inWords({ maxAgeMinutes, acrValues }: AuthenticationNeed): string {
  const recent = maxAgeMinutes === undefined ? '' : ` from the last ${maxAgeMinutes} minutes`
  return acrValues.length === 0 ? `It asks for a sign-in${recent}.` : `It asks for a stronger sign-in${recent}.`
}

function problemOf(code: unknown): ConfirmCardProps['problem'] {
  if (code === 'unreachable') return unreachable
  return typeof code === 'string' && Object.hasOwn(confirmationProblems, code) ? confirmationProblems[code as keyof typeof confirmationProblems] : null
}
