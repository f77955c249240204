'use server'
import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { sameIssuer } from '#lib/config/identity-providers.ts'
import { endSignIn } from '#lib/people/end-sign-in.ts'
import { sessionCookieName } from '#app/_server/auth-options.ts'
import { applyCookies } from '#app/_server/apply-cookies.ts'
import { confirmationSchema, confirmPage, keepConfirmation, needOf } from '#app/_server/confirmation.ts'
import { issuerOfSignIn } from '#lib/people/people.queries.ts'
import { logError } from '#app/_server/log.ts'
import { safeReturn } from '#app/_server/safe-return.ts'
import { formField } from '#app/_server/form-field.ts'
import { overAddressLimit } from '#app/_server/rate-limit.ts'
import { getServices } from '#app/_server/services.ts'
import { startSignIn } from '#app/_server/start-sign-in.ts'
import { getViewer, readSignInId } from '#app/_server/viewer.ts'

const signInSchema = z.object({ returnTo: z.string().max(2_000).optional(), provider: z.enum(['oidc', 'oidc2']).default('oidc') })

/** Sends the browser to the identity provider. Open to everybody: it reveals and changes nothing. */
export async function signInAction(form: FormData): Promise<void> {
  const input = signInSchema.safeParse({ returnTo: formField(form, 'returnTo') ?? undefined, provider: formField(form, 'provider') ?? undefined })
  const returnTo = safeReturn(input.data?.returnTo)
  await leaveFor({ provider: input.data?.provider ?? 'oidc', returnTo }, `/sign-in?${new URLSearchParams({ error: 'OAuthSignin', returnTo })}`)
}

/**
 * Asks the provider of the viewer's sign-in for a fresh authentication (OpenID Connect Core 1.0, section 3.1.2.1). What
 * a profile asks for is read from the catalogue, here and again on the way back.
 */
export async function confirmAction(form: FormData): Promise<void> {
  const asked = confirmationSchema.safeParse({ action: formField(form, 'action'), profile: formField(form, 'profile'), returnTo: formField(form, 'returnTo') })
  if (!asked.success) redirect('/')
  const viewer = await getViewer()
  const signInId = await readSignInId()
  if (!viewer.ok || !signInId) redirect(`/sign-in?${new URLSearchParams({ why: 'signed_out', returnTo: asked.data.returnTo })}` as never)
  const { config, db } = await getServices()
  const need = await needOf(asked.data)
  const issuer = await issuerOfSignIn(db, signInId)
  const settings = config.oidc.find((one) => issuer !== undefined && sameIssuer(one.issuer, issuer))
  if (!need || !settings) redirect(asked.data.returnTo as never)
  const query = {
    ...(settings.promptAgain ? { prompt: settings.promptAgain } : {}),
    ...(need.maxAgeMinutes === undefined ? {} : { max_age: String(need.maxAgeMinutes * 60) }),
    ...(need.acrValues.length > 0 ? { acr_values: need.acrValues.join(' ') } : {}),
  }
  await leaveFor({ provider: settings.id, returnTo: asked.data.returnTo, query }, confirmPage({ ...asked.data, problem: 'unreachable' }), (state) => keepConfirmation({ ...asked.data, signInId, state }))
}

/** Sends the browser to the provider, or to `otherwise` when it cannot be reached. */
async function leaveFor(start: Parameters<typeof startSignIn>[0], otherwise: string, remember: (state: string) => Promise<void> = async () => undefined): Promise<void> {
  if (await overAddressLimit('signIns')) redirect('/sign-in?error=TooMany')
  const started = await startSignIn(start).catch((error: unknown) => {
    logError('sign-in', error)
    return undefined
  })
  const state = started && new URL(started.location).searchParams.get('state')
  // next-auth answers a provider that is away with its own page of errors.
  if (!started || !state) redirect(otherwise as never)
  await remember(state)
  await applyCookies(started.cookies)
  redirect(started.location as never)
}

/** Ends the viewer's own sign-in here, then at the identity provider (OpenID Connect RP-Initiated Logout 1.0). */
export async function signOutAction(): Promise<void> {
  const services = await getServices()
  const { config } = services
  const signInId = await readSignInId()
  const ended = signInId ? await endSignIn(services.db, services.cipher, signInId, services.clock()) : undefined
  ;(await cookies()).delete({ name: sessionCookieName(config.publicUrl), path: '/', secure: config.publicUrl.protocol === 'https:' })
  const away = ended && (await services.provider.signOutUrl(ended.issuer, ended.idToken, new URL('/signed-out', config.publicUrl)).catch(() => undefined))
  redirect((away ?? '/signed-out') as never)
}
